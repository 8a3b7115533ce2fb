package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ends of the preference lists: after the balanced ranks, the nodes that the partition likes most, by rendezvous
 * hashing; as long as there are zones that the list does not name, the favourite of each of those comes first.
 */
final class Fallbacks {
    private static final int NOBODY = -1;

    private final Owners owners;

    Fallbacks(Owners owners) {
        this.owners = owners;
    }

    /** A whole preference list that begins with these nodes. */
    List<NodeId> listAfter(int[] first, int partition) {
        double[] liking = new double[owners.count()];
        for (int node = 0; node < liking.length; node++) {
            liking[node] = owners.liking(partition, node, 0);
        }
        boolean[] isListed = new boolean[owners.count()];
        boolean[] hasZone = new boolean[owners.zoneCount()];
        List<NodeId> list = new ArrayList<>(Math.min(owners.count(), Ring.MAX_LISTED));
        for (int node : first) {
            list.add(owners.id(node));
            isListed[node] = true;
            hasZone[owners.zone(node)] = true;
        }
        for (int node : mostLiked(favourites(hasZone, liking), liking, list.size())) {
            list.add(owners.id(node));
            isListed[node] = true;
        }
        int[] rest = new int[owners.count()];
        for (int node = 0; node < rest.length; node++) {
            rest[node] = isListed[node] ? NOBODY : node;
        }
        for (int node : mostLiked(rest, liking, list.size())) {
            list.add(owners.id(node));
        }
        return list;
    }

    /** Per zone the node liked most, or {@link #NOBODY} if the list has that zone. */
    private int[] favourites(boolean[] hasZone, double[] liking) {
        int[] favourites = new int[hasZone.length];
        Arrays.fill(favourites, NOBODY);
        for (int node = 0; node < liking.length; node++) {
            int zone = owners.zone(node);
            if (!hasZone[zone] && (favourites[zone] == NOBODY || liking[node] > liking[favourites[zone]])) {
                favourites[zone] = node;
            }
        }
        return favourites;
    }

    /** Those of the candidates that are liked most, in that order, as many as a list has room for. */
    private static int[] mostLiked(int[] candidates, double[] liking, int listed) {
        int[] best = new int[Ring.MAX_LISTED - listed];
        int count = 0;
        for (int node : candidates) {
            if (node == NOBODY || best.length == 0) {
                continue;
            }
            if (count == best.length && liking[node] <= liking[best[count - 1]]) {
                continue;
            }
            int place = count < best.length ? count++ : count - 1;
            for (; place > 0 && liking[node] > liking[best[place - 1]]; place--) {
                best[place] = best[place - 1];
            }
            best[place] = node;
        }
        return Arrays.copyOf(best, count);
    }
}
