package io.whorl.core.message;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What two nodes say of the replicas that both hold, many at a time, so that each can see what it lacks.
 *
 * <p>Replicas are taken together in {@link #SECTIONS} sections, by the last bits of their partition. A node has a power of two of
 * lanes, at most as many as sections, so that each section belongs to one lane on either side.
 */
public sealed interface RepairMessage extends Message {
    /** How many sections there are, whatever the number of partitions. */
    int SECTIONS = 16;

    /** The section that a replica belongs to. */
    static int section(ReplicaId replica) {
        return replica.partition() % SECTIONS;
    }

    /** What of this message concerns one of the receiver's lanes; empty if nothing does. */
    Optional<RepairMessage> part(int lane, int lanes);

    /** What the sender has seen on replicas that both hold, as far as it has changed since the receiver confirmed the last. */
    record Summary(long request, List<Section> sections) implements RepairMessage {
        public Summary {
            sections = List.copyOf(sections);
        }

        @Override
        public Optional<RepairMessage> part(int lane, int lanes) {
            List<Section> mine = new ArrayList<>();
            for (Section section : sections) {
                if (section.number % lanes == lane) {
                    mine.add(section);
                }
            }
            if (mine.size() == sections.size()) {
                return Optional.of(this);
            }
            return mine.isEmpty() ? Optional.empty() : Optional.of(new Summary(request, mine));
        }
    }

    /**
     * One section of a {@link Summary}.
     *
     * @param number from 0
     * @param fingerprint the sum of the fingerprints of all seen-sets that are not empty: equal sums are taken for equal sets
     * @param durable whether the sender has all that it has seen durably
     * @param whole whether what is told begins anew, instead of adding to what was told before
     * @param urgent whether the receiver should ask at once for what it lacks, and not wait whether it is under way
     * @param told what was added to seen-sets
     */
    record Section(int number, long fingerprint, boolean durable, boolean whole, boolean urgent, List<Told> told) {
        public Section {
            told = List.copyOf(told);
            if (number < 0 || number >= SECTIONS) {
                throw new IllegalArgumentException("section " + number + "; expected 0 to " + (SECTIONS - 1));
            }
        }
    }

    /** Dots that were added to what the sender has seen of a replica, and to what it has durably. */
    record Told(ReplicaId replica, DotSet seen, DotSet durable) {}

    /**
     * What the receiver of a {@link Summary} made of it.
     *
     * @param known the sections of which it knows now all that the sender has seen, one bit each
     * @param unknown the sections of which it does not, and that have to be told as a whole
     * @param equal those of the known ones in which it has seen exactly the same itself
     */
    record SummaryAnswer(long request, int known, int unknown, int equal) implements RepairMessage {
        public SummaryAnswer {
            if (((known | unknown) >>> SECTIONS) != 0 || (known & unknown) != 0 || (equal & ~known) != 0) {
                throw new IllegalArgumentException("sections " + known + ", " + unknown + " and " + equal
                        + "; expected disjoint sets of " + SECTIONS + " bits, and a part of the first");
            }
        }

        @Override
        public Optional<RepairMessage> part(int lane, int lanes) {
            int mine = 0;
            for (int section = lane; section < SECTIONS; section += lanes) {
                mine |= 1 << section;
            }
            return ((known | unknown) & mine) == 0
                    ? Optional.empty()
                    : Optional.of(new SummaryAnswer(request, known & mine, unknown & mine, equal & mine));
        }
    }

    /**
     * Records whose contexts name events that the sender has not seen, and that nobody may ever ask for; with the bases that fill
     * them. Answered by {@link PushAnswer} or {@link ReplicaMessage.Refuse}.
     */
    record Push(long request, ReplicaId replica, long fingerprint, DotSet bases, List<ReplicaMessage.Entry> entries)
            implements RepairMessage {
        public Push {
            entries = List.copyOf(entries);
        }

        @Override
        public Optional<RepairMessage> part(int lane, int lanes) {
            return section(replica) % lanes == lane ? Optional.of(this) : Optional.empty();
        }
    }

    /** The records of a {@link Push} were joined. */
    record PushAnswer(long request, ReplicaId replica) implements RepairMessage {
        @Override
        public Optional<RepairMessage> part(int lane, int lanes) {
            return section(replica) % lanes == lane ? Optional.of(this) : Optional.empty();
        }
    }
}
