package io.whorl.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every {@code Class.method} that a document names in code type exists. */
class DocumentedMethodsTest {
    /** A class, perhaps a nested one, and a method, alone between the marks of code type, perhaps with parentheses. */
    private static final Pattern METHOD =
            Pattern.compile("`([A-Z]\\w*(?:\\.[A-Z]\\w*)*)\\.([a-z]\\w*)(?:\\([^`]*\\))?`");

    /** A file's name looks alike. */
    private static final List<String> ENDINGS = List.of("java", "md", "xml", "proto", "txt");

    private static final Map<String, TreeSet<String>> CLASSES = classesBySimpleName();

    @ParameterizedTest
    @CsvSource({
        "ARCHITECTURE.md, 20",
        "docs/life-of-a-put.md, 30",
        "docs/life-of-a-get.md, 12",
        "docs/life-of-a-node.md, 8",
        "docs/invariants.md, 15"
    })
    void the_methods_that_a_document_names_exist(String document, int atLeast) {
        List<MatchResult> named = methodsIn(Repository.read(document));

        assertThat(named).as("methods named in %s", document).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(missing(named))
                .as("methods named in %s that do not exist", document)
                .isEmpty();
    }

    @Test
    void no_other_document_names_a_method_that_our_class_does_not_have() {
        TreeMap<String, List<String>> missing = new TreeMap<>();
        for (Path document : Repository.documents()) {
            List<String> inThisOne = missing(methodsIn(Repository.read(document)).stream()
                    .filter(named -> CLASSES.containsKey(named.group(1).split("\\.")[0]))
                    .toList());
            if (!inThisOne.isEmpty()) {
                missing.put(Repository.ROOT.relativize(document).toString(), inThisOne);
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void the_life_of_a_put_has_seven_steps_in_the_architecture() {
        String steps = Repository.read("ARCHITECTURE.md")
                .split("## The life of a put in seven steps")[1]
                .split("\n## ")[0];

        assertThat(steps.lines().filter(line -> line.matches("\\d\\. .*"))).hasSize(7);
        for (String step : steps.split("\n(?=\\d\\. )")) {
            if (step.matches("(?s)\\d\\. .*")) {
                assertThat(methodsIn(step))
                        .as("methods named in step: %s", step)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void this_test_would_notice() {
        String wrong = "`Replica.writes`, `Nowhere.write`, `Record.joi`, `ReplicaMessage.Pull.nothing`";
        String right = "`Replica.write`, `Record.join(other)`, `ReplicaMessage.Pull.seen`, `README.md`";

        assertThat(missing(methodsIn(wrong)))
                .containsExactly("Replica.writes", "Nowhere.write", "Record.joi", "ReplicaMessage.Pull.nothing");
        assertThat(methodsIn(right)).hasSize(3);
        assertThat(missing(methodsIn(right))).isEmpty();
    }

    private static List<MatchResult> methodsIn(String text) {
        return METHOD.matcher(text)
                .results()
                .filter(found -> !ENDINGS.contains(found.group(2)))
                .toList();
    }

    private static List<String> missing(List<MatchResult> named) {
        return named.stream()
                .filter(each -> !exists(each.group(1), each.group(2)))
                .map(each -> each.group(1) + "." + each.group(2))
                .toList();
    }

    private static boolean exists(String type, String method) {
        String[] names = type.split("\\.", 2);
        String nested = names.length == 1 ? "" : "$" + names[1].replace('.', '$');
        return CLASSES.getOrDefault(names[0], new TreeSet<>()).stream()
                .anyMatch(name -> hasMethod(name + nested, method));
    }

    private static boolean hasMethod(String className, String method) {
        Deque<Class<?>> types = new ArrayDeque<>();
        try {
            types.add(Class.forName(className, false, DocumentedMethodsTest.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            return false;
        }
        while (!types.isEmpty()) {
            Class<?> type = types.remove();
            if (Stream.of(type.getDeclaredMethods()).map(Method::getName).anyMatch(method::equals)) {
                return true;
            }
            types.addAll(List.of(type.getInterfaces()));
            if (type.getSuperclass() != null) {
                types.add(type.getSuperclass());
            }
        }
        return false;
    }

    /** The modules' own classes; two of them may have the same simple name. */
    private static Map<String, TreeSet<String>> classesBySimpleName() {
        Map<String, TreeSet<String>> classes = new TreeMap<>();
        for (Path source : Repository.javaSources()) {
            String path = Repository.ROOT.relativize(source).toString().replace('\\', '/');
            String[] parts = path.split("src/main/java/");
            if (parts.length == 2 && !path.startsWith("examples/") && !path.startsWith("benchmarks/")) {
                String name = parts[1].replace(".java", "").replace('/', '.');
                classes.computeIfAbsent(name.substring(name.lastIndexOf('.') + 1), n -> new TreeSet<>())
                        .add(name);
            }
        }
        return classes;
    }
}
