package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ByteTreeTest {
    private static final byte[] START = {};

    @Test
    void a_tree_does_not_change_when_another_is_made_from_it() {
        ByteTree one = ByteTree.empty().put(key(1), key(10));
        ByteTree two = one.put(key(2), key(20));
        ByteTree changed = two.put(key(1), key(11)).remove(key(2));

        assertThat(entries(one)).containsExactly("1=10");
        assertThat(entries(two)).containsExactly("1=10", "2=20");
        assertThat(entries(changed)).containsExactly("1=11");
        assertThat(ByteTree.empty().isEmpty()).isTrue();
    }

    @Test
    void removing_what_is_not_there_gives_the_tree_itself() {
        ByteTree tree = ByteTree.empty().put(key(1), key(1));
        assertThat(tree.remove(key(2))).isSameAs(tree);
        assertThat(tree.removeRange(key(2), key(2))).isSameAs(tree);
    }

    @Test
    void it_stays_balanced_and_equal_to_a_tree_map_under_random_changes() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            int range = 1 + random.nextInt(3000);
            ByteTree tree = ByteTree.empty();
            TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
            for (int step = 0; step < 3000; step++) {
                byte[] key = key(random.nextInt(range));
                int kind = random.nextInt(100);
                if (kind < 2) {
                    byte[] to = key(random.nextInt(range));
                    tree = tree.removeRange(key, to);
                    if (Arrays.compareUnsigned(key, to) < 0) {
                        model.subMap(key, to).clear();
                    }
                } else if (kind < 35) {
                    tree = tree.remove(key);
                    model.remove(key);
                } else {
                    tree = tree.put(key, key(step));
                    model.put(key, key(step));
                }
                assertThat(tree.get(key)).as("seed %d", seed).isEqualTo(model.get(key));
                if (step % 100 == 0) {
                    assertSame(tree, model, seed);
                }
            }
            assertSame(tree, model, seed);
        }
    }

    @Test
    void ascending_and_descending_keys_make_no_deep_tree() {
        ByteTree up = ByteTree.empty();
        ByteTree down = ByteTree.empty();
        for (int i = 0; i < 100_000; i++) {
            up = up.put(key(i), START);
            down = down.put(key(100_000 - i), START);
        }
        assertThat(up.height()).isLessThan(30);
        assertThat(down.height()).isLessThan(30);
        assertThat(up.removeRange(key(10), key(99_990)).height()).isLessThan(10);
    }

    private static void assertSame(ByteTree tree, TreeMap<byte[], byte[]> model, long seed) {
        List<String> expected = new ArrayList<>();
        model.forEach((key, value) -> expected.add(number(key) + "=" + number(value)));
        assertThat(entries(tree)).as("seed %d", seed).isEqualTo(expected);
        // A tree whose siblings differ by two in height has at most 1.81 log2(n + 2) levels.
        double bound = 1.81 * Math.log(model.size() + 2) / Math.log(2) + 1;
        assertThat((double) tree.height()).as("seed %d", seed).isLessThanOrEqualTo(bound);
    }

    private static List<String> entries(ByteTree tree) {
        List<String> entries = new ArrayList<>();
        for (ByteTree.Walk walk = tree.walk(START, null); walk.next(); ) {
            entries.add(number(walk.key()) + "=" + number(walk.value()));
        }
        return entries;
    }

    private static byte[] key(int number) {
        return StorageProcess.key(number);
    }

    private static int number(byte[] key) {
        return java.nio.ByteBuffer.wrap(key).getInt();
    }
}
