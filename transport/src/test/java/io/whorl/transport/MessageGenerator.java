package io.whorl.transport;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Outcome;
import io.whorl.api.Quorums;
import io.whorl.core.message.Acceptance;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.Ballot;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClosingMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Failure;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.RecoveryMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Makes messages of every kind, the same ones for the same seed. */
final class MessageGenerator {
    private final SplittableRandom random;
    private final List<Supplier<Message>> kinds = List.of(
            () -> new ReplicaMessage.Read(number(), replica(), number(), bytes(), flag(), flag(), positive()),
            () -> new ReplicaMessage.ReadAnswer(number(), replica(), record(), dots()),
            () -> new ReplicaMessage.Replicate(
                    number(), replica(), number(), bytes(), record(), dots(), dots(), positive()),
            () -> new ReplicaMessage.Acknowledge(number(), replica()),
            () -> new ReplicaMessage.Refuse(number(), replica(), oneOf(Refusal.values()), text()),
            () -> new ReplicaMessage.Forward(
                    number(), replica(), number(), bytes(), write(), upTo(16), flag(), positive(), number(), upTo(8)),
            () -> new ReplicaMessage.ForwardDone(number(), replica(), dots(), number()),
            () -> new ReplicaMessage.ForwardFailed(number(), replica(), failure()),
            () -> new ReplicaMessage.Pull(number(), replica(), number(), dots(), dots(), upTo(1 << 24)),
            () -> new ReplicaMessage.PullAnswer(number(), replica(), dots(), dots(), entries(), flag(), flag()),
            () -> new ReplicaMessage.Stream(number(), replica(), number(), flag() ? null : bytes(), upTo(1 << 24)),
            () -> new ReplicaMessage.StreamAnswer(number(), replica(), dots(), entries(), flag() ? null : bytes()),
            () -> new HintMessage.Keep(
                    number(), replica(), number(), node(), bytes(), record(), dots(), dots(), positive()),
            () -> new HintMessage.HandOver(number(), replica(), number(), hints()),
            () -> new HintMessage.HandedOver(
                    number(), replica(), List.of(positive(), positive(), number()), upTo(1 << 24), positive()),
            () -> new RepairMessage.Summary(number(), sections()),
            this::summaryAnswer,
            () -> new RepairMessage.Push(number(), replica(), number(), dots(), entries()),
            () -> new RepairMessage.PushAnswer(number(), replica()),
            () -> new MoveMessage.Ask(upTo(255), number(), flag()),
            () -> new MoveMessage.Told(upTo(255), number(), flag(), held()),
            () -> new ClusterMessage.Seek(member(), text(), flag() ? Optional.empty() : Optional.of(node())),
            () -> new ClusterMessage.Seeking(flag(), text()),
            () -> new ClusterMessage.Rejected(text()),
            () -> new ClusterMessage.Vote(member(), text()),
            () -> new ClusterMessage.State(state()),
            ClusterMessage.FetchState::new,
            () -> new ClusterMessage.Deferred(text()),
            ClusterMessage.Beat::new,
            () -> new LivenessMessage.Probe(number(), positive(), allNews()),
            () -> new LivenessMessage.ProbeAnswer(number(), positive(), allNews()),
            () -> new LivenessMessage.IndirectProbe(number(), positive(), news(), allNews()),
            () -> new LivenessMessage.IndirectAnswer(number(), positive(), node(), number(), positive(), allNews()),
            () -> new LivenessMessage.Nack(number(), positive(), allNews()),
            () -> new AgreementMessage.Prepare(positive() + 1, ballot()),
            () -> new AgreementMessage.Promise(
                    positive() + 1,
                    ballot(),
                    flag() ? Optional.empty() : Optional.of(new Acceptance(ballot(), state()))),
            () -> new AgreementMessage.Propose(ballot(), state()),
            () -> new AgreementMessage.Consent(positive() + 1, ballot()),
            () -> new AgreementMessage.Outbid(positive() + 1, ballot(), ballot()),
            () -> new ChangeMessage.Ask(number(), change()),
            () -> new ChangeMessage.Made(number(), state()),
            () -> new ChangeMessage.Refused(number(), failure()),
            () -> new RecoveryMessage.Propose(number(), number(), List.of(node(), node())),
            () -> new RecoveryMessage.Agree(number(), state()),
            () -> new RecoveryMessage.Objection(number(), text()),
            () -> new RecoveryMessage.Recovered(number(), state()),
            () -> new ClosingMessage.AskRuns(number()),
            () -> new ClosingMessage.NamedRuns(number(), upTo(50), runs()),
            () -> new ClosingMessage.AskReport(number(), positive(), runs()),
            () -> new ClosingMessage.Report(number(), positive(), number(), flag(), seen()));

    MessageGenerator(long seed) {
        random = new SplittableRandom(seed);
    }

    /** How many kinds of message there are. */
    int kinds() {
        return kinds.size();
    }

    Envelope envelope(int kind) {
        return new Envelope(number(), positive(), positive(), kinds.get(kind).get());
    }

    Envelope envelope() {
        return envelope(random.nextInt(kinds.size()));
    }

    private List<Long> runs() {
        List<Long> runs = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            runs.add(number());
        }
        return runs;
    }

    private List<ClosingMessage.Seen> seen() {
        List<ClosingMessage.Seen> seen = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            seen.add(new ClosingMessage.Seen(replica(), number()));
        }
        return seen;
    }

    private long number() {
        return flag() ? random.nextLong() : random.nextInt(1000);
    }

    private long positive() {
        return random.nextLong() >>> random.nextInt(1, 64);
    }

    private int upTo(int bound) {
        return random.nextInt(bound + 1);
    }

    private boolean flag() {
        return random.nextBoolean();
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.appendCodePoint(flag() ? 'a' + upTo(25) : 0x1F600 + upTo(60));
        }
        return text.toString();
    }

    private ReplicaId replica() {
        return new ReplicaId(1 + random.nextLong(flag() ? 10 : Long.MAX_VALUE), upTo(63));
    }

    private Dot dot() {
        return new Dot(
                new Actor(flag() ? upTo(3) : random.nextLong(), upTo(2), oneOf(Role.values())),
                1 + random.nextLong(flag() ? 20 : Long.MAX_VALUE));
    }

    private DotSet dots() {
        List<Dot> dots = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            dots.add(dot());
        }
        return DotSet.of(dots);
    }

    private Record record() {
        List<Sibling> siblings = new ArrayList<>();
        for (Dot dot : DotSet.of(dot(), dot(), dot()).dots()) {
            if (flag()) {
                siblings.add(
                        new Sibling(dot, flag() ? null : bytes(), number(), flag() ? 0 : random.nextLong(1L << 50)));
            }
        }
        return new Record(siblings, dots());
    }

    private List<ReplicaMessage.Entry> entries() {
        List<ReplicaMessage.Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            entries.add(entry());
        }
        return entries;
    }

    ReplicaMessage.Entry entry() {
        return new ReplicaMessage.Entry(bytes(), record(), dots());
    }

    private List<HintMessage.Hint> hints() {
        List<HintMessage.Hint> hints = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            hints.add(new HintMessage.Hint(bytes(), record(), dots(), positive()));
        }
        return hints;
    }

    private List<MoveMessage.Held> held() {
        List<MoveMessage.Held> held = new ArrayList<>();
        for (int i = upTo(3); i > 0; i--) {
            held.add(new MoveMessage.Held(number(), dots(), dots()));
        }
        return held;
    }

    private List<RepairMessage.Section> sections() {
        List<RepairMessage.Section> sections = new ArrayList<>();
        for (int number = upTo(3); number < RepairMessage.SECTIONS; number += 1 + upTo(5)) {
            List<RepairMessage.Told> told = new ArrayList<>();
            for (int i = upTo(3); i > 0; i--) {
                int partition = number + RepairMessage.SECTIONS * upTo(3);
                told.add(new RepairMessage.Told(new ReplicaId(1 + upTo(9), partition), dots(), dots()));
            }
            sections.add(new RepairMessage.Section(number, random.nextLong(), flag(), flag(), flag(), told));
        }
        return sections;
    }

    private RepairMessage.SummaryAnswer summaryAnswer() {
        int all = (1 << RepairMessage.SECTIONS) - 1;
        int known = upTo(all);
        return new RepairMessage.SummaryAnswer(number(), known, ~known & upTo(all), known & upTo(all));
    }

    private Write write() {
        return new Write(flag() ? null : bytes(), flag() ? null : dots(), flag() ? 0 : positive());
    }

    private Failure failure() {
        return new Failure(
                oneOf(Failure.Kind.values()), oneOf(Outcome.values()), random.nextLong(), random.nextLong(), text());
    }

    private NodeId node() {
        return new NodeId(random.nextLong() | 1);
    }

    private LivenessMessage.News news() {
        return new LivenessMessage.News(node(), number(), positive(), oneOf(LivenessMessage.Status.values()), node());
    }

    private List<LivenessMessage.News> allNews() {
        List<LivenessMessage.News> all = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            all.add(news());
        }
        return all;
    }

    private Member member() {
        return new Member(
                node(),
                new Address(flag() ? "node-" + upTo(9) + ".example" : "fe80::" + upTo(9), upTo(65_535)),
                flag() ? "" : "rack_" + upTo(9),
                1 + upTo(Member.MAX_WEIGHT - 1),
                oneOf(Member.Status.values()));
    }

    private BucketOptions options() {
        int replicas = 1 + upTo(BucketOptions.MAX_REPLICAS - 1);
        return new BucketOptions(
                replicas,
                1 + upTo(replicas - 1),
                1 + upTo(replicas - 1),
                oneOf(Conflicts.values()),
                oneOf(Durability.values()),
                oneOf(Quorums.values()));
    }

    private Ballot ballot() {
        return new Ballot(1 + upTo(1 << 20), node());
    }

    private Change change() {
        Change.MoveId move = new Change.MoveId(upTo(7), positive() + 1);
        return oneOf(new Change[] {
            new Change.CreateBucket("bucket", options()),
            new Change.ChangeBucket("bucket", options()),
            new Change.DropBucket(1 + upTo(9)),
            new Change.Admit(member(), flag() ? Optional.empty() : Optional.of(node())),
            new Change.Relocate(node(), member().address()),
            new Change.Reweigh(node(), 1 + upTo(9)),
            new Change.Leave(node()),
            new Change.Left(node()),
            new Change.Remove(node()),
            new Change.Replace(node(), node()),
            new Change.BeginMoves(node(), 1 + upTo(9)),
            new Change.ExcludeHolder(move),
            new Change.FinishMoves(List.of(move)),
            new Change.AbortMove(move),
            new Change.Dropped(node(), List.of(new Change.Retired(1, 0), new Change.Retired(5, positive())))
        });
    }

    private ClusterState state() {
        List<Member> members = new ArrayList<>();
        for (int i = upTo(4); i >= 0; i--) {
            members.add(member());
        }
        ClusterState state = ClusterState.found(new ClusterId(random.nextLong() | 1), "cluster", members, 8, List.of());
        for (int i = upTo(2); i > 0; i--) {
            state = state.after(new Change.CreateBucket("bucket-" + i, options()))
                    .state();
        }
        return state;
    }
}
