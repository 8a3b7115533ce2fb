package io.whorl.testkit.simulation;

import io.whorl.testkit.simulation.Traffic.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Prints the tables of {@code docs/scaling.md}: the name of one, and the numbers of nodes that it is to be about. */
final class ScaleMain {
    private static final long WINDOW = 60 * Kernel.SECOND;
    private static final long PAUSE = 3 * Kernel.SECOND;
    private static final int TIMES = 7;

    private ScaleMain() {}

    public static void main(String[] arguments) {
        List<Integer> sizes = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            sizes.add(Integer.parseInt(arguments[i]));
        }
        switch (arguments[0]) {
            case "clusters" -> clusters(sizes);
            case "gossip" -> gossip(sizes);
            case "epochs" -> epochs(sizes);
            default -> throw new IllegalArgumentException("no table " + arguments[0]);
        }
    }

    private static void clusters(List<Integer> sizes) {
        List<String> joins = new ArrayList<>();
        head("nodes", "idle B/s", "idle messages/s", "made ms", "known ms", "states", "kB of states", "seconds of CPU");
        for (int nodes : sizes) {
            long begun = EpochScale.cpuNanos();
            ScaleBench bench = new ScaleBench(1, nodes);
            Traffic idle = bench.idle(WINDOW);
            double nodeSeconds = (double) WINDOW / Kernel.SECOND * nodes;
            List<ScaleBench.Spread> spreads = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                spreads.add(bench.spread());
                bench.idle(PAUSE);
            }
            ScaleBench.Join join = bench.join();
            row(
                    nodes,
                    idle.bytes() / nodeSeconds,
                    idle.messages() / nodeSeconds,
                    median(spreads, ScaleBench.Spread::madeNanos) / 1e6,
                    median(spreads, ScaleBench.Spread::knownNanos) / 1e6,
                    median(spreads, ScaleBench.Spread::messages),
                    median(spreads, ScaleBench.Spread::bytes) / 1e3,
                    (EpochScale.cpuNanos() - begun) / 1e9);
            joins.add(joined(nodes, join));
        }
        head(
                "nodes",
                "slots",
                "epochs",
                "s",
                "states",
                "MB of states",
                "of agreement",
                "MB of agreement",
                "of moves",
                "kB of moves",
                "MB/s of a node");
        joins.forEach(ScaleMain::print);
    }

    private static String joined(int nodes, ScaleBench.Join join) {
        Traffic sent = join.sent();
        return line(
                nodes + " + 1",
                join.slots(),
                join.epochs(),
                join.nanos() / 1e9,
                sent.messages(Purpose.STATES),
                sent.bytes(Purpose.STATES) / 1e6,
                sent.messages(Purpose.AGREEMENT),
                sent.bytes(Purpose.AGREEMENT) / 1e6,
                sent.messages(Purpose.MOVES),
                sent.bytes(Purpose.MOVES) / 1e3,
                sent.bytes() * 1e3 / join.nanos() / (nodes + 1));
    }

    private static void gossip(List<Integer> sizes) {
        head(
                "members",
                "idle B/s",
                "known ms",
                "states",
                "kB of states",
                "dead s",
                "B/s until then",
                "messages/s until then",
                "known ms past a silent one",
                "seconds of CPU");
        for (int nodes : sizes) {
            long begun = EpochScale.cpuNanos();
            GossipModel model = new GossipModel(1, nodes, ScaleBench.PARTITIONS);
            Traffic idle = model.idle(WINDOW);
            List<GossipModel.Known> spreads = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                spreads.add(model.spread());
                model.idle(PAUSE);
            }
            GossipModel.Known death = model.death();
            double nodeSeconds = death.nanos() / 1e9 * nodes;
            model.silenceTheFirst();
            GossipModel.Known past = model.spread();
            row(
                    nodes,
                    idle.bytes() * 1e9 / WINDOW / nodes,
                    median(spreads, GossipModel.Known::nanos) / 1e6,
                    median(spreads, known -> known.sent().messages(Purpose.STATES)),
                    median(spreads, known -> known.sent().bytes(Purpose.STATES)) / 1e3,
                    death.nanos() / 1e9,
                    death.sent().bytes() / nodeSeconds,
                    death.sent().messages() / nodeSeconds,
                    past.nanos() / 1e6,
                    (EpochScale.cpuNanos() - begun) / 1e9);
        }
    }

    private static void epochs(List<Integer> sizes) {
        head(
                "members",
                "Q",
                "at rest B",
                "moving B",
                "found ms",
                "plan join ms",
                "begin us",
                "encode us",
                "decode us",
                "slots ns");
        for (int partitions : new int[] {ScaleBench.PARTITIONS, 16 * ScaleBench.PARTITIONS}) {
            for (int nodes : sizes) {
                EpochScale scale = new EpochScale(1, nodes, partitions, false);
                scale.warmUp();
                row(
                        nodes,
                        partitions,
                        scale.founded().encode().length,
                        scale.moving().encode().length,
                        scale.found() / 1e6,
                        scale.planJoin() / 1e6,
                        scale.begin() / 1e3,
                        scale.encode() / 1e3,
                        scale.decode() / 1e3,
                        scale.slots());
            }
        }
    }

    static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static <T> long median(List<T> all, Function<T, Long> value) {
        return median(all.stream().map(value).toList());
    }

    private static void head(Object... titles) {
        print(line(titles));
        print("|" + "---|".repeat(titles.length));
    }

    private static void row(Object... cells) {
        print(line(cells));
    }

    private static String line(Object... cells) {
        StringBuilder line = new StringBuilder("|");
        for (Object cell : cells) {
            line.append(' ')
                    .append(cell instanceof Double number ? shortened(number) : cell)
                    .append(" |");
        }
        return line.toString();
    }

    private static String shortened(double number) {
        return String.format(Locale.ROOT, number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%.0f", number);
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
