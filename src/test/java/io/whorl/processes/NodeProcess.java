package io.whorl.processes;

import io.whorl.Whorl;
import io.whorl.WhorlBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One node in a process of its own. Arguments: where to listen, what to advertise, the data directory, contact points separated by
 * commas, and how many nodes found the cluster if not as many as there are contact points.
 */
public final class NodeProcess {
    private static final int PARTITIONS = 32;
    /** Short, so that clients of a node that is cut off do not spend the test waiting. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

    private static final int FOUNDERS = 4;
    /** Few, so that a test finds some under way. */
    private static final int MOVES_AT_ONCE = 4;

    private NodeProcess() {}

    public static void main(String[] arguments) throws IOException {
        String[] listen = arguments[0].split(":");
        String[] advertise = arguments[1].split(":");
        WhorlBuilder builder = Whorl.builder()
                .clusterName("processes")
                .listen(listen[0], Integer.parseInt(listen[1]))
                .advertise(advertise[0], Integer.parseInt(advertise[1]))
                .contactPoints(arguments[3].split(","))
                .partitions(PARTITIONS)
                .requestTimeout(REQUEST_TIMEOUT)
                .dataDirectory(Path.of(arguments[2]));
        if (arguments.length > FOUNDERS) {
            builder.foundingNodes(Integer.parseInt(arguments[FOUNDERS])).movesAtOnce(MOVES_AT_ONCE);
        }
        try (Whorl node = builder.start()) {
            new Conversation(List.of(node), Map.of()).run();
        }
    }
}
