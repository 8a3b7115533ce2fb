package io.whorl.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What users get with {@code io.whorl:whorl} is what docs/dependencies.md says, and enough for a program. */
class DependenciesTest {
    private static final Pattern VERSIONED = Pattern.compile("<(rocksdb|netty|protobuf|slf4j)\\.version>([^<]+)<");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    core      | org.slf4j:slf4j-api
                    storage   | io.whorl:whorl-core org.slf4j:slf4j-api org.rocksdb:rocksdbjni
                    transport | io.whorl:whorl-core org.slf4j:slf4j-api io.netty:netty-handler com.google.protobuf:protobuf-java
                    whorl     | io.whorl:whorl-core io.whorl:whorl-storage io.whorl:whorl-transport org.slf4j:slf4j-api
                    """)
    void a_published_module_depends_on_nothing_else(String module, String allowed) throws Exception {
        assertThat(dependencies(module + "/pom.xml")).isNotEmpty().isSubsetOf(allowed.split(" "));
    }

    @Test
    void the_core_depends_on_the_logging_api_alone() throws Exception {
        assertThat(dependencies("core/pom.xml")).containsExactly("org.slf4j:slf4j-api");
    }

    @ParameterizedTest
    @CsvSource({"quickstart", "console", "testing"})
    void an_example_needs_one_dependency(String example) throws Exception {
        assertThat(dependencies("examples/" + example + "/pom.xml")).containsExactly("io.whorl:whorl");
    }

    @Test
    void the_page_on_dependencies_names_the_versions_that_are_used() {
        String page = Repository.read("docs/dependencies.md");
        List<String> versions = VERSIONED
                .matcher(Repository.read("pom.xml"))
                .results()
                .map(found -> found.group(2))
                .toList();

        assertThat(versions).hasSize(4).allSatisfy(version -> assertThat(page).contains(" " + version));
    }

    /** What a module hands on to those who depend on it, as {@code group:artifact}. */
    private static List<String> dependencies(String pom) throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Repository.ROOT.resolve(pom).toFile())
                .getDocumentElement();
        List<String> found = new ArrayList<>();
        NodeList dependencies = project.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            String scope = text(dependency, "scope");
            if (scope.isEmpty() || scope.equals("compile") || scope.equals("runtime")) {
                found.add(text(dependency, "groupId") + ":" + text(dependency, "artifactId"));
            }
        }
        return found;
    }

    private static String text(Element parent, String name) {
        NodeList elements = parent.getElementsByTagName(name);
        return elements.getLength() == 0
                ? ""
                : elements.item(0).getTextContent().strip();
    }
}
