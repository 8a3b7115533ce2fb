package io.whorl.benchmarks.sidebyside;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The flags of the engines' JVMs, the same for all engines: those of this JVM, a heap, and what the neediest of them asks for. */
final class JvmFlags {
    /** What Ignite reaches into on Java 17 and newer. */
    private static final List<String> OPENED = List.of(
            "java.base/jdk.internal.access",
            "java.base/jdk.internal.misc",
            "java.base/sun.nio.ch",
            "java.base/sun.util.calendar",
            "java.management/com.sun.jmx.mbeanserver",
            "jdk.internal.jvmstat/sun.jvmstat.monitor",
            "java.base/sun.reflect.generics.reflectiveObjects",
            "jdk.management/com.sun.management.internal",
            "java.base/java.io",
            "java.base/java.nio",
            "java.base/java.net",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.locks",
            "java.base/java.util.concurrent.atomic",
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.math",
            "java.sql/java.sql",
            "java.base/java.time",
            "java.base/java.text",
            "java.management/sun.management");

    private JvmFlags() {}

    /** In flags that the user adds, {@code {engine}} stands for the engine's name. */
    static List<String> of(String engine, SuiteOptions options) {
        List<String> flags = new ArrayList<>();
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("-XX:") || flag.startsWith("--enable-native-access")) {
                flags.add(flag);
            }
        }
        flags.add("-Xms" + options.heap());
        flags.add("-Xmx" + options.heap());
        for (String opened : OPENED) {
            flags.add("--add-opens=" + opened + "=ALL-UNNAMED");
        }
        if (!options.jvm().isBlank()) {
            Arrays.stream(options.jvm().strip().split("\\s+"))
                    .map(flag -> flag.replace("{engine}", engine))
                    .forEach(flags::add);
        }
        return flags;
    }
}
