package io.whorl.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the direction in which core's packages may import each other, and what core may depend on at all.
 *
 * <p>What core may call of the JDK is held by forbidden-apis, see {@code src/build/forbidden-core.txt}.
 */
class ArchitectureTest {
    private static final String CORE = "io.whorl.core.";
    private static final Path SOURCES = Path.of("src", "main", "java");

    /** From left to right: a package imports those of the levels before its own, none of its own level, and no later one. */
    private static final List<List<String>> LEVELS = List.of(
            List.of("version"),
            List.of("ring"),
            List.of("message"),
            List.of("spi", "meter"),
            List.of("agreement"),
            List.of("membership", "liveness", "replica", "quorum"),
            List.of("repair", "handoff", "closing"),
            List.of("transfer"),
            List.of("coordinate"),
            List.of("node"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.whorl");

    @TestFactory
    Stream<DynamicTest> a_package_imports_only_what_is_left_of_it() {
        return allowedImports().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> classes()
                                .that()
                                .resideInAPackage(CORE + entry.getKey() + "..")
                                .should()
                                .onlyDependOnClassesThat()
                                .resideInAnyPackage(withJdkAndLogging(entry.getKey(), entry.getValue()))
                                .allowEmptyShould(true)
                                .check(CLASSES)));
    }

    @Test
    void the_public_types_import_nothing_of_ours() {
        classes()
                .that()
                .resideInAPackage("io.whorl.api..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.whorl.api..", "java..")
                .check(CLASSES);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("io.whorl.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void every_package_has_its_place_among_the_levels() {
        TreeSet<String> strangers = new TreeSet<>();
        CLASSES.forEach(type -> strangers.add(type.getPackageName()));
        strangers.removeIf(name -> name.equals("io.whorl.api") || name.startsWith("io.whorl.api."));
        strangers.removeIf(name -> allowedImports().keySet().stream()
                .anyMatch(known -> name.equals(CORE + known) || name.startsWith(CORE + known + ".")));
        assertThat(strangers)
                .as("packages of core that ArchitectureTest.LEVELS does not know: give each a level")
                .isEmpty();
    }

    @Test
    void nothing_extends_a_thread_or_locks_an_object() {
        noClasses().should().beAssignableTo(Thread.class).check(CLASSES);
        noMethods()
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .because("a lane's state is touched by one thread only")
                .check(CLASSES);
    }

    @Test
    void no_block_is_synchronized() throws IOException {
        Pattern block = Pattern.compile("^\\s*synchronized\\s*\\(", Pattern.MULTILINE);
        List<Path> found = new ArrayList<>();
        for (Path source : javaSources()) {
            if (block.matcher(Files.readString(source)).find()) {
                found.add(source);
            }
        }
        assertThat(found)
                .as("core has no locks: a lane's state is touched by one thread only")
                .isEmpty();
    }

    private static Map<String, List<String>> allowedImports() {
        Map<String, List<String>> allowed = new TreeMap<>();
        List<String> left = new ArrayList<>();
        for (List<String> level : LEVELS) {
            level.forEach(name -> allowed.put(name, List.copyOf(left)));
            left.addAll(level);
        }
        return allowed;
    }

    private static String[] withJdkAndLogging(String self, List<String> imports) {
        List<String> all = new ArrayList<>(List.of("java..", "org.slf4j..", "io.whorl.api..", CORE + self + ".."));
        imports.forEach(name -> all.add(CORE + name + ".."));
        return all.toArray(String[]::new);
    }

    private static List<Path> javaSources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
