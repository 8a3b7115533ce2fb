package io.whorl.examples.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
    private static final Pattern TOKEN = Pattern.compile("token (\\S+)");

    @TempDir
    private Path directory;

    private final List<String> contacts = new ArrayList<>();
    private final List<ConsoleProcess> consoles = new ArrayList<>();

    @BeforeEach
    void start_three_processes() throws IOException, InterruptedException {
        try (ServerSocket one = free();
                ServerSocket two = free();
                ServerSocket three = free()) {
            for (ServerSocket socket : List.of(one, two, three)) {
                contacts.add("127.0.0.1:" + socket.getLocalPort());
            }
        }
        for (int node = 1; node <= 3; node++) {
            consoles.add(new ConsoleProcess(node, contacts, directory));
        }
        for (ConsoleProcess console : consoles) {
            console.awaitLine("is ready");
        }
    }

    @AfterEach
    void end_the_processes() {
        consoles.forEach(ConsoleProcess::close);
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void three_processes_share_what_is_put() throws InterruptedException {
        ConsoleProcess one = consoles.get(0);
        ConsoleProcess two = consoles.get(1);
        ConsoleProcess three = consoles.get(2);

        assertThat(one.ask("put greeting hello, world")).startsWith("written, token ");
        assertThat(two.ask("get greeting")).isEqualTo("hello, world");
        assertThat(three.ask("where greeting")).contains("  node ");

        String token = token(two.ask("fetch greeting"));
        assertThat(one.ask("put greeting good morning")).startsWith("written");
        assertThat(two.ask("put@" + token + " greeting good evening")).startsWith("written");
        assertThat(three.ask("fetch greeting")).startsWith("2 values, newest first");
        String both = token(three.ask("fetch greeting"));
        assertThat(three.ask("delete@" + both + " greeting")).isEqualTo("deleted");
        assertThat(one.ask("get greeting")).isEqualTo("(absent)");

        assertThat(one.ask("put@nonsense greeting x")).startsWith("refused: ");
        assertThat(one.ask("put@" + both + " other x")).startsWith("refused: ");
        assertThat(one.ask("sing")).startsWith("put KEY VALUE");
    }

    @Test
    void a_killed_process_comes_back_with_its_data() throws IOException, InterruptedException {
        assertThat(consoles.get(0).ask("put k before")).startsWith("written");
        consoles.get(2).kill();
        assertThat(consoles.get(1).ask("put k after")).startsWith("written");

        try (ConsoleProcess again = new ConsoleProcess(3, contacts, directory)) {
            again.awaitLine("is ready");
            assertThat(again.ask("get k")).isEqualTo("after");
            assertThat(again.ask("members")).startsWith("  node ");
            assertThat(again.quit()).isZero();
        }
        assertThat(consoles.get(0).quit()).isZero();
    }

    private static String token(String line) {
        Matcher matcher = TOKEN.matcher(line);
        assertThat(matcher.find()).as("a token in: %s", line).isTrue();
        return matcher.group(1);
    }
}
