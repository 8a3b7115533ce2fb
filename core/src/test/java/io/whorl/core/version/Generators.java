package io.whorl.core.version;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Seeded random values for the tests of this package and of those above it. The universe is small, so that sets overlap,
 * touch and leave gaps; the same seed gives the same values for ever.
 */
public final class Generators {
    private static final List<Actor> ACTORS = List.of(
            new Actor(0, 0, Role.REPLICA),
            new Actor(7, 0, Role.REPLICA),
            new Actor(7, 0, Role.FALLBACK),
            new Actor(7, 3, Role.REPLICA),
            new Actor(Long.MAX_VALUE, 0, Role.REPLICA),
            new Actor(-1, Integer.MAX_VALUE, Role.FALLBACK));

    private final SplittableRandom random;

    public Generators(long seed) {
        random = new SplittableRandom(seed);
    }

    public SplittableRandom random() {
        return random;
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    public <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    public Actor actor() {
        return oneOf(ACTORS);
    }

    /** A dot with a counter of 1 to 12. */
    public Dot dot() {
        return new Dot(actor(), random.nextInt(1, 13));
    }

    /** Some dots, often runs of them; empty at times. */
    public TreeSet<Dot> dots() {
        TreeSet<Dot> dots = new TreeSet<>();
        int pieces = random.nextInt(8);
        for (int i = 0; i < pieces; i++) {
            Dot dot = dot();
            int length = chance(0.5) ? 1 : random.nextInt(1, 6);
            long from = chance(0.4) ? 1 : dot.counter();
            for (int k = 0; k < length; k++) {
                dots.add(new Dot(dot.actor(), from + k));
            }
        }
        return dots;
    }

    public DotSet dotSet() {
        return DotSet.of(dots());
    }

    /** A set with many actors, and intervals anywhere up to the highest counter. */
    public DotSet wideDotSet() {
        DotSet.Builder builder = DotSet.builder();
        int actors = random.nextInt(20);
        for (int i = 0; i < actors; i++) {
            Actor actor = new Actor(random.nextLong(), chance(0.8) ? 0 : random.nextInt(1 << 20), role());
            int intervals = random.nextInt(1, 5);
            for (int k = 0; k < intervals; k++) {
                long from = chance(0.3) ? 1 : 1 + (random.nextLong() >>> random.nextInt(1, 64)) % Long.MAX_VALUE;
                long to = chance(0.1) ? Long.MAX_VALUE : from + random.nextLong(1 + (Long.MAX_VALUE - from) / 2);
                builder.addRange(actor, from, to);
            }
        }
        return builder.build();
    }

    private Role role() {
        return chance(0.8) ? Role.REPLICA : Role.FALLBACK;
    }

    /** The sibling of a dot: the same for the same dot always, because a dot names one value for ever. */
    public static Sibling sibling(Dot dot) {
        int hash = dot.hashCode() * 0x9E3779B9 + Long.hashCode(dot.counter());
        byte[] value = new byte[Math.floorMod(hash, 5)];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (hash >>> (i * 7));
        }
        return new Sibling(
                dot, value, Math.floorMod(hash, 4), Math.floorMod(hash, 3) == 0 ? 1 + Math.floorMod(hash, 999) : 0);
    }

    /** A record with whole values; its context lists its siblings' dots at times, as a filled one's does. */
    public Record record() {
        TreeMap<Dot, Sibling> siblings = new TreeMap<>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            Dot dot = dot();
            siblings.put(dot, sibling(dot));
        }
        DotSet context = dotSet();
        return new Record(new ArrayList<>(siblings.values()), context);
    }

    /** A record that withholds some of its values, perhaps. */
    public Record recordPerhapsWithheld() {
        Record record = record();
        if (chance(0.5)) {
            return record;
        }
        List<Sibling> siblings = new ArrayList<>();
        for (Sibling sibling : record.siblings()) {
            siblings.add(chance(0.5) ? sibling.withheld() : sibling);
        }
        return new Record(siblings, record.context());
    }

    public byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A copy of the bytes with a few of them changed, left out, put in, or the end cut off. */
    public byte[] mutated(byte[] bytes) {
        byte[] result = bytes.clone();
        int changes = random.nextInt(1, 4);
        for (int i = 0; i < changes && result.length > 0; i++) {
            int at = random.nextInt(result.length);
            switch (random.nextInt(5)) {
                case 0 -> result[at] = (byte) random.nextInt();
                case 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> result = spliced(result, at, at + 1, new byte[0]);
                case 3 -> result = spliced(result, at, at, bytes(random.nextInt(1, 4)));
                default -> result = spliced(result, at, result.length, new byte[0]);
            }
        }
        return result;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] insert) {
        byte[] result = new byte[bytes.length - (to - from) + insert.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(insert, 0, result, from, insert.length);
        System.arraycopy(bytes, to, result, from + insert.length, bytes.length - to);
        return result;
    }
}
