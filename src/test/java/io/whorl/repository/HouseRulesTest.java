package io.whorl.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the rules of CONTRIBUTING.md that a compiler does not know. */
class HouseRulesTest {
    private static final int LONGEST_FILE = 600;

    /** A name that says nothing of what the class is for. */
    private static final Pattern EMPTY_NAME = Pattern.compile(".*(Impl|Manager|Helper|Helpers|Util|Utils)\\.java");

    /** Written apart, so that this file passes its own test. */
    private static final Pattern LEFT_UNDONE =
            Pattern.compile("\\b(" + "TO" + "DO|FIX" + "ME|X" + "XX)\\b|@Dis" + "abled");

    private static final Pattern SLEEP = Pattern.compile("Thread\\.sl" + "eep|TimeUnit\\.\\w+\\.sl" + "eep");

    private final List<Path> sources = javaSources(repository());

    @Test
    void the_sources_of_all_modules_are_found() {
        assertThat(sources.stream().map(HouseRulesTest::inUnixForm))
                .anyMatch(name -> name.startsWith("core/src/main/java/"))
                .anyMatch(name -> name.startsWith("storage/src/main/java/"))
                .anyMatch(name -> name.startsWith("transport/src/main/java/"))
                .anyMatch(name -> name.startsWith("whorl/src/main/java/"))
                .anyMatch(name -> name.startsWith("testkit/src/main/java/"))
                .anyMatch(name -> name.startsWith("src/test/java/"));
    }

    @Test
    void every_package_says_what_it_is() {
        TreeSet<String> missing = new TreeSet<>();
        for (Path source : sources) {
            Path folder = source.getParent();
            if (inUnixForm(source).contains("src/main/java/")
                    && !Files.exists(repository().resolve(folder).resolve("package-info.java"))) {
                missing.add(inUnixForm(folder));
            }
        }
        assertThat(missing).as("packages without package-info.java").isEmpty();
    }

    @Test
    void no_file_is_longer_than_one_can_keep_in_mind() {
        assertThat(offenders(text -> text.lines().count() > LONGEST_FILE))
                .as("files of more than %d lines", LONGEST_FILE)
                .isEmpty();
    }

    @Test
    void names_say_what_a_class_is_for() {
        assertThat(sources)
                .as("Impl, Manager, Helper and Util say nothing: name what the class is")
                .noneMatch(source ->
                        EMPTY_NAME.matcher(source.getFileName().toString()).matches());
    }

    @Test
    void nothing_is_left_undone() {
        assertThat(offenders(text -> LEFT_UNDONE.matcher(text).find()))
                .as("files with a note of work left undone, or a test switched off")
                .isEmpty();
    }

    @Test
    void tests_wait_for_conditions_and_never_for_time() {
        assertThat(offenders(text -> SLEEP.matcher(text).find()))
                .as("files that sleep: wait for a condition with a deadline")
                .noneMatch(name -> name.contains("src/test/java/"));
    }

    private List<String> offenders(Predicate<String> breaks) {
        return sources.stream()
                .filter(source -> breaks.test(read(repository().resolve(source))))
                .map(HouseRulesTest::inUnixForm)
                .toList();
    }

    /** The folder that holds the modules; tests run in src/test of it. */
    private static Path repository() {
        return Path.of("").toAbsolutePath().getParent().getParent();
    }

    private static List<Path> javaSources(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(root::relativize)
                    .filter(file -> !inUnixForm(file).contains("target/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the sources under " + root, e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String inUnixForm(Path path) {
        return path.toString().replace('\\', '/');
    }
}
