package io.whorl.core.membership;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How nodes without a cluster find each other: a pure value machine of what was heard, without sends or timers.
 *
 * <p>The node that is the first contact point gathers votes; every other node votes for it once it has heard that nobody has a
 * cluster. Founding needs as many votes as {@code foundingNodes}, so a node that lost its disk cannot found a second cluster by
 * itself, and waits until every other contact point has said that it knows no cluster, or was given time to.
 */
final class Founding {
    private final Member self;
    private final List<Address> contactPoints;
    private final Address first;
    private final int needed;
    private final Map<NodeId, Member> votes = new TreeMap<>();
    private final TreeSet<NodeId> heard = new TreeSet<>();

    Founding(Member self, List<Address> contactPoints, int needed) {
        this.self = self;
        this.contactPoints = contactPoints;
        this.first = contactPoints.isEmpty() ? self.address() : contactPoints.get(0);
        this.needed = needed;
        if (isFounder()) {
            votes.put(self.id(), self);
        }
    }

    /** Whether this node gathers the votes. */
    boolean isFounder() {
        return first.equals(self.address());
    }

    String firstContactPoint() {
        return first.toString();
    }

    /** The contact points other than this node. */
    List<Address> others() {
        List<Address> others = new ArrayList<>(contactPoints);
        others.remove(self.address());
        return others;
    }

    ClusterMessage.Seeking seeking() {
        return new ClusterMessage.Seeking(isFounder(), firstContactPoint());
    }

    /** A node said that it knows no cluster. */
    void heard(NodeId node) {
        heard.add(node);
    }

    /** A node gave this one its vote. */
    void voted(Member voter) {
        votes.put(voter.id(), voter);
        heard.add(voter.id());
    }

    /** Whether the votes suffice, and everyone who might know of a cluster was asked, or time enough has passed. */
    boolean canFound(boolean patient) {
        return isFounder() && votes.size() >= needed && (patient || heard.size() >= others().size());
    }

    List<Member> founders() {
        return List.copyOf(votes.values());
    }

    /** What it waits for, for the log. */
    String waitingFor() {
        if (isFounder()) {
            return "this node founds the cluster and has " + votes.size() + " of the " + needed
                    + " founding votes that it needs; start the other contact points " + others();
        }
        return "no contact point of " + others() + " has answered with a cluster, nor the first of them, " + first
                + ", with a founding; start it, or correct the contact points";
    }

    /** Why two lists of contact points do not belong together; null if they do. */
    String disagreement(NodeId node, String theirFirst) {
        if (theirFirst.equals(firstContactPoint())) {
            return null;
        }
        return "node " + node + " lists " + theirFirst + " as its first contact point, this node " + self.id() + " at "
                + self.address() + " lists " + firstContactPoint()
                + ": a new cluster is founded by the first contact point, so give every founding node the same list in the same"
                + " order";
    }
}
