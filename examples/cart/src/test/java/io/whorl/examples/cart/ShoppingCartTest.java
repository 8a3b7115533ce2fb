package io.whorl.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShoppingCartTest {

    @Test
    void tells_its_story() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        ShoppingCart.run(new PrintStream(printed, true, StandardCharsets.UTF_8));

        List<String> lines = printed.toString(StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .toList();
        assertThat(lines)
                .containsSubsequence(
                        "alice's cart, on every node: [book, lamp]",
                        "the left side adds a pen: [book, lamp, pen]",
                        "the right side removes the lamp and adds chalk: [book, chalk]",
                        "the resolver merges them when they are read: [book, chalk, lamp, pen]",
                        "an update has written the merged cart for both: [[book, chalk, lamp, pen]]",
                        "the right side adds a pen: [book, pen]",
                        "the left side checks out, with the context of: [[book]]",
                        "the cart with the pen, which nobody has paid, is still there: [[book, pen]]",
                        "and on the left too: [[book, pen]]",
                        "no siblings, nothing to merge, and the lamp stays away: [book, chalk, pen]",
                        "the same on the right: [book, chalk, pen]");
        assertThat(lines)
                .containsAnyOf(
                        "siblings: neither side saw the other's write: [[book, chalk], [book, lamp, pen]]",
                        "siblings: neither side saw the other's write: [[book, lamp, pen], [book, chalk]]");
    }
}
