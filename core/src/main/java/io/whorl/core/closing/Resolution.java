package io.whorl.core.closing;

import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Lets the sets of dots in a message know which runs their closings cover. A message that names a closing which this node does not know
 * yet needs a newer cluster state first.
 */
public final class Resolution {
    private Resolution() {}

    /** The highest number of a closing that something in the message is as of; 0 if nothing says anything of closings. */
    public static long newest(Message message) {
        // The messages of puts and gets are looked at without being made anew; all others are rare.
        if (message instanceof ReplicaMessage.Replicate m) {
            return Math.max(newest(m.record(), m.bases()), m.announced().closed());
        } else if (message instanceof ReplicaMessage.ReadAnswer m) {
            return newest(m.record(), m.bases());
        } else if (message instanceof HintMessage.Keep m) {
            return Math.max(newest(m.record(), m.bases()), m.announced().closed());
        } else if (message instanceof ReplicaMessage.Read || message instanceof ReplicaMessage.Acknowledge) {
            return 0;
        }
        return newestOfAll(message);
    }

    private static long newest(Record record, DotSet bases) {
        return Math.max(record.context().closed(), bases.closed());
    }

    /** The same for any message, by looking at all that {@link #resolved} would resolve. */
    static long newestOfAll(Message message) {
        long[] newest = {0};
        rewritten(message, dots -> {
            newest[0] = Math.max(newest[0], dots.closed());
            return dots;
        });
        return newest[0];
    }

    /** The message with all its sets resolved; no closing in it may be newer than the table. */
    public static <M extends Message> M resolved(M message, ClosedRuns table) {
        return rewritten(message, dots -> dots.resolved(table));
    }

    /** Messages without sets of dots come back as they are. */
    @SuppressWarnings("unchecked")
    private static <M extends Message> M rewritten(M message, UnaryOperator<DotSet> change) {
        Message result = message;
        if (message instanceof HintMessage hint) {
            result = hint(hint, change);
        } else if (message instanceof RepairMessage repair) {
            result = repair(repair, change);
        } else if (message instanceof ReplicaMessage replica) {
            result = replica(replica, change);
        } else if (message instanceof MoveMessage.Told told) {
            List<MoveMessage.Held> held = new ArrayList<>(told.replicas().size());
            for (MoveMessage.Held each : told.replicas()) {
                held.add(new MoveMessage.Held(each.bucket(), change.apply(each.seen()), change.apply(each.durable())));
            }
            result = new MoveMessage.Told(told.partition(), told.changed(), told.stopped(), held);
        }
        return (M) result;
    }

    private static ReplicaMessage replica(ReplicaMessage message, UnaryOperator<DotSet> change) {
        if (message instanceof ReplicaMessage.ReadAnswer m) {
            return new ReplicaMessage.ReadAnswer(
                    m.request(), m.replica(), record(m.record(), change), change.apply(m.bases()));
        } else if (message instanceof ReplicaMessage.Replicate m) {
            return new ReplicaMessage.Replicate(
                    m.request(),
                    m.replica(),
                    m.fingerprint(),
                    m.key(),
                    record(m.record(), change),
                    change.apply(m.bases()),
                    change.apply(m.announced()),
                    m.timeoutNanos());
        } else if (message instanceof ReplicaMessage.Forward m) {
            Write write = m.write();
            return write.context() == null
                    ? m
                    : new ReplicaMessage.Forward(
                            m.request(),
                            m.replica(),
                            m.fingerprint(),
                            m.key(),
                            new Write(write.value(), change.apply(write.context()), write.expiry()),
                            m.quorum(),
                            m.strict(),
                            m.timeoutNanos(),
                            m.latestTimestamp(),
                            m.zones());
        } else if (message instanceof ReplicaMessage.ForwardDone m) {
            return new ReplicaMessage.ForwardDone(m.request(), m.replica(), change.apply(m.history()), m.timestamp());
        } else if (message instanceof ReplicaMessage.Pull m) {
            return new ReplicaMessage.Pull(
                    m.request(),
                    m.replica(),
                    m.fingerprint(),
                    change.apply(m.seen()),
                    change.apply(m.durable()),
                    m.maxBytes());
        } else if (message instanceof ReplicaMessage.PullAnswer m) {
            return new ReplicaMessage.PullAnswer(
                    m.request(),
                    m.replica(),
                    change.apply(m.seen()),
                    change.apply(m.durable()),
                    entries(m.entries(), change),
                    m.pruned(),
                    m.more());
        } else if (message instanceof ReplicaMessage.StreamAnswer m) {
            return new ReplicaMessage.StreamAnswer(
                    m.request(), m.replica(), change.apply(m.seen()), entries(m.entries(), change), m.upTo());
        }
        return message;
    }

    private static HintMessage hint(HintMessage message, UnaryOperator<DotSet> change) {
        if (message instanceof HintMessage.Keep m) {
            return new HintMessage.Keep(
                    m.request(),
                    m.replica(),
                    m.fingerprint(),
                    m.target(),
                    m.key(),
                    record(m.record(), change),
                    change.apply(m.bases()),
                    change.apply(m.announced()),
                    m.timeoutNanos());
        } else if (message instanceof HintMessage.HandOver m) {
            List<HintMessage.Hint> hints = new ArrayList<>(m.hints().size());
            for (HintMessage.Hint hint : m.hints()) {
                hints.add(new HintMessage.Hint(
                        hint.key(), record(hint.record(), change), change.apply(hint.announced()), hint.version()));
            }
            return new HintMessage.HandOver(m.request(), m.replica(), m.fingerprint(), hints);
        }
        return message;
    }

    private static RepairMessage repair(RepairMessage message, UnaryOperator<DotSet> change) {
        if (message instanceof RepairMessage.Summary m) {
            List<RepairMessage.Section> sections = new ArrayList<>(m.sections().size());
            for (RepairMessage.Section section : m.sections()) {
                List<RepairMessage.Told> told = new ArrayList<>(section.told().size());
                for (RepairMessage.Told each : section.told()) {
                    told.add(new RepairMessage.Told(
                            each.replica(), change.apply(each.seen()), change.apply(each.durable())));
                }
                sections.add(new RepairMessage.Section(
                        section.number(),
                        section.fingerprint(),
                        section.durable(),
                        section.whole(),
                        section.urgent(),
                        told));
            }
            return new RepairMessage.Summary(m.request(), sections);
        } else if (message instanceof RepairMessage.Push m) {
            return new RepairMessage.Push(
                    m.request(), m.replica(), m.fingerprint(), change.apply(m.bases()), entries(m.entries(), change));
        }
        return message;
    }

    private static List<ReplicaMessage.Entry> entries(
            List<ReplicaMessage.Entry> entries, UnaryOperator<DotSet> change) {
        List<ReplicaMessage.Entry> all = new ArrayList<>(entries.size());
        for (ReplicaMessage.Entry entry : entries) {
            all.add(new ReplicaMessage.Entry(entry.key(), record(entry.record(), change), change.apply(entry.dots())));
        }
        return all;
    }

    private static Record record(Record record, UnaryOperator<DotSet> change) {
        DotSet context = change.apply(record.context());
        return context == record.context() ? record : new Record(record.siblings(), context);
    }
}
