package io.whorl.core.coordinate;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which forwarded writes this run of the node has taken up, so that none is executed twice however often it arrives.
 *
 * <p>Bounded: of each sender's run the {@value #WIDTH} newest numbers are told apart, of the {@value #SENDERS} runs that forwarded
 * last. A number below that cannot be judged and is refused. A refusal takes the number up too: the sender goes elsewhere on it,
 * and a repeat of the message must not be executed here after that.
 */
public final class ForwardWindow {
    static final int WIDTH = 8_192;
    static final int SENDERS = 4_096;

    private final Map<Long, Taken> senders = new LinkedHashMap<>(16, 0.75f, true);
    private boolean forgot;

    /** What to do with a forward. */
    public enum Judgement {
        /** It is new, and taken up from now on. */
        NEW,
        /** It was taken up before: it is a repeat, and its answer has been or will be sent. */
        REPEATED,
        /** It is too old to tell. */
        TOO_LATE
    }

    /** Judges a forward, and takes it up if it is new. */
    public Judgement take(long senderRun, long number) {
        Taken taken = senders.get(senderRun);
        if (taken == null) {
            taken = new Taken(forgot ? number : 0);
            senders.put(senderRun, taken);
            if (senders.size() > SENDERS) {
                senders.remove(senders.keySet().iterator().next());
                forgot = true;
            }
        }
        return taken.take(number);
    }

    private static final class Taken {
        private final BitSet numbers = new BitSet(WIDTH);
        private long lowest;

        Taken(long lowest) {
            this.lowest = lowest;
        }

        Judgement take(long number) {
            if (number < lowest) {
                return Judgement.TOO_LATE;
            }
            if (number >= lowest + WIDTH) {
                advance(number - WIDTH + 1);
            }
            int slot = (int) (number % WIDTH);
            if (numbers.get(slot)) {
                return Judgement.REPEATED;
            }
            numbers.set(slot);
            return Judgement.NEW;
        }

        private void advance(long to) {
            if (to - lowest >= WIDTH) {
                numbers.clear();
            } else {
                for (long number = lowest; number < to; number++) {
                    numbers.clear((int) (number % WIDTH));
                }
            }
            lowest = to;
        }
    }
}
