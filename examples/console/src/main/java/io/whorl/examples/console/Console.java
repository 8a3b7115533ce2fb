package io.whorl.examples.console;

import io.whorl.Whorl;
import io.whorl.api.Codec;
import io.whorl.api.StartFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** One node of a cluster of three, and a console on it. */
public final class Console {
    private static final String USAGE =
            "usage: Console NODE [CONTACT,CONTACT,CONTACT [DIRECTORY]], NODE being 1, 2 or 3;"
                    + " the same contact points for all three, each host:port";
    private static final String CONTACTS = "127.0.0.1:7701,127.0.0.1:7702,127.0.0.1:7703";
    private static final String DIRECTORY = "data/console";

    private Console() {}

    /**
     * Runs a node and reads commands from standard input until {@code quit} or its end.
     *
     * @param arguments the node's number, from 1; the contact points, separated by commas (default: 127.0.0.1, ports 7701 to 7703);
     *     the directory below which nodes keep their data (default: data/console)
     * @throws IOException if standard input cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> contacts = List.of((arguments.length > 1 ? arguments[1] : CONTACTS).split(","));
        Path directory = Path.of(arguments.length > 2 ? arguments[2] : DIRECTORY);
        if (arguments.length < 1
                || !arguments[0].matches("[1-9]")
                || Integer.parseInt(arguments[0]) > contacts.size()) {
            out.println(USAGE);
            System.exit(2);
        }
        out.println("Waiting for the other nodes of " + contacts);
        try (Whorl node = start(Integer.parseInt(arguments[0]), contacts, directory)) {
            out.println("Node " + node.nodeId() + " at " + node.address() + " is ready; 'help' lists the commands");
            Commands commands = new Commands(node, node.bucket("console", Codec.utf8(), Codec.utf8()), out);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String line = prompted(in, out);
            while (line != null && commands.run(line)) {
                line = prompted(in, out);
            }
        } catch (StartFailedException e) {
            out.println(e.getMessage());
            System.exit(1);
        }
    }

    private static Whorl start(int number, List<String> contacts, Path directory) {
        String own = contacts.get(number - 1);
        int colon = own.lastIndexOf(':');
        return Whorl.builder()
                .clusterName("console")
                .listen(own.substring(0, colon), Integer.parseInt(own.substring(colon + 1)))
                .contactPoints(contacts.toArray(String[]::new))
                .dataDirectory(directory.resolve("node-" + number))
                .start();
    }

    private static String prompted(BufferedReader in, PrintStream out) throws IOException {
        out.print("> ");
        out.flush();
        return in.readLine();
    }
}
