package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemberTest {
    private static final NodeId ID = new NodeId(7);
    private static final Address ADDRESS = new Address("a", 1);

    @Test
    void a_plain_member_is_active_of_weight_one_and_names_no_zone() {
        assertThat(Member.of(ID, ADDRESS)).isEqualTo(new Member(ID, ADDRESS, "", 1, Member.Status.ACTIVE));
    }

    @Test
    void a_weight_out_of_range_is_refused() {
        for (int wrong : new int[] {0, -1, Member.MAX_WEIGHT + 1}) {
            assertThatThrownBy(() -> new Member(ID, ADDRESS, "", wrong, Member.Status.ACTIVE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not " + wrong);
        }
    }

    @Test
    void a_zone_is_none_or_a_name() {
        assertThat(new Member(ID, ADDRESS, "eu-west-1a", 1, Member.Status.ACTIVE).zone())
                .isEqualTo("eu-west-1a");
        for (String wrong : new String[] {" ", "a b", "-a", "a".repeat(129)}) {
            assertThatThrownBy(() -> new Member(ID, ADDRESS, wrong, 1, Member.Status.ACTIVE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("zone name");
        }
    }

    @Test
    void nothing_may_be_null() {
        assertThatThrownBy(() -> Member.of(null, ADDRESS)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Member.of(ID, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new Member(ID, ADDRESS, "", 1, null)).isInstanceOf(NullPointerException.class);
    }
}
