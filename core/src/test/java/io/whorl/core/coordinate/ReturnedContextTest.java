package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.version.DotSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a write returns covers what its caller knew, and nothing else: a later write with it must not erase the unread. */
class ReturnedContextTest {
    private final World world = new World(11);
    private final List<TestNode> nodes = world.cluster(3);
    private final BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());

    @Test
    void a_write_with_what_an_earlier_one_returned_leaves_siblings_that_its_caller_never_read() {
        write("a1", DotSet.empty());
        DotSet known = write("b1", DotSet.empty());
        write("b2", known);
        assertThat(nodes.get(2).values(bucket, "k", 2)).containsExactlyInAnyOrder("a1", "b2");
    }

    @Test
    void a_write_without_a_context_returns_all_that_it_replaced() {
        write("a1", DotSet.empty());
        DotSet known = write("b1", null);
        write("b2", known);
        assertThat(nodes.get(2).values(bucket, "k", 2)).containsExactly("b2");
    }

    private DotSet write(String value, DotSet context) {
        Answer<WriteResult> put = nodes.get(0).write(bucket, "k", new Write(TestNode.bytes(value), context, 0), 3);
        world.until(put::ended);
        return put.result.history();
    }
}
