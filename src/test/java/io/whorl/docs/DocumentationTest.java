package io.whorl.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links lead somewhere, commands are those that are tested, and the Java in README.md is code that is compiled. */
class DocumentationTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMANDS = Pattern.compile("```\n(mvn.*?)```", Pattern.DOTALL);

    @Test
    void links_between_documents_lead_somewhere() {
        List<String> broken = new ArrayList<>();
        int found = 0;
        for (Path document : Repository.documents()) {
            Matcher link = LINK.matcher(Repository.read(document));
            while (link.find()) {
                found++;
                if (!leadsSomewhere(document, link.group(1))) {
                    broken.add(Repository.ROOT.relativize(document) + ": " + link.group(1));
                }
            }
        }
        assertThat(found).as("links").isGreaterThan(30);
        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Path document, String link) {
        if (link.matches("[a-z]+:.*")) {
            return true;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? document
                : document.resolveSibling(parts[0]).normalize();
        return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    private static List<String> anchors(Path document) {
        return HEADING.matcher(Repository.read(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @Test
    void every_decision_is_in_the_index() throws Exception {
        String index = Repository.read("ARCHITECTURE.md");
        try (Stream<Path> decisions = Files.list(Repository.ROOT.resolve("docs/decisions"))) {
            List<String> names = decisions
                    .map(file -> "docs/decisions/" + file.getFileName())
                    .toList();
            assertThat(names)
                    .hasSizeGreaterThan(5)
                    .allSatisfy(name -> assertThat(index)
                            .as("the index of decisions in ARCHITECTURE.md")
                            .contains("(" + name + ")"));
        }
    }

    @Test
    void the_first_two_commands_are_those_that_every_commit_must_pass() {
        List<String> commands = COMMANDS.matcher(Repository.read("README.md"))
                .results()
                .map(found -> found.group(1).strip())
                .toList();
        List<String> run = Repository.read(".ci/run").lines().map(String::strip).toList();

        assertThat(commands).startsWith("mvn -q -Pquickstart", "mvn verify");
        assertThat(run).contains("mvn -q -Pquickstart", "mvn verify");
        assertThat(run.stream().anyMatch(line -> line.startsWith("mvn -q -Psimulate -Dseeds=")))
                .isTrue();
    }

    @Test
    void profiles_that_documents_name_exist() {
        String pom = Repository.read("pom.xml");
        List<String> profiles = Repository.documents().stream()
                .flatMap(document -> Pattern.compile("mvn [^`\n]*-P(\\w+)")
                        .matcher(Repository.read(document))
                        .results())
                .map(found -> found.group(1))
                .distinct()
                .toList();
        assertThat(profiles)
                .hasSizeGreaterThan(2)
                .allSatisfy(profile -> assertThat(pom).contains("<id>" + profile + "</id>"));
    }

    @Test
    void java_in_the_readme_is_code_that_is_compiled() {
        List<String> compiled = Repository.javaSources().stream()
                .map(source -> outline(Repository.read(source)))
                .toList();
        List<String> blocks = JAVA.matcher(Repository.read("README.md"))
                .results()
                .map(found -> outline(found.group(1)))
                .toList();

        assertThat(blocks)
                .hasSizeGreaterThan(3)
                .allSatisfy(block -> assertThat(compiled)
                        .as("a source that contains: %s", block)
                        .anyMatch(source -> source.contains(block)));
    }

    /** Lines without their indentation and without blank ones. */
    private static String outline(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    @Test
    void the_first_program_of_the_readme_prints_what_its_comments_say() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            FirstSteps.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("book, pen", "[book, pen, chalk, lamp]");
        assertThat(Repository.read("README.md"))
                .contains("// book, pen\n", "// [book, pen, chalk, lamp]: both are kept\n");
    }
}
