package io.whorl.benchmarks.sidebyside.engine;

import java.nio.file.Path;

/** Makes engines of one kind. Kinds beyond the built-in ones are found as services, so that their libraries can be left out. */
public interface EngineKind {

    /** Opens an engine, empty. */
    @FunctionalInterface
    interface Opener {
        /** Opens an engine that keeps its files in the directory, which is empty. */
        Engine open(Path directory) throws Exception;
    }

    /** The name by which it is chosen and reported. */
    String name();

    /** What it is, in a few words for the report. */
    String description();

    /** The work that it is measured with: a regular expression of names of cells. */
    String cells();

    /** Opens an engine that keeps its files in the directory, which is empty. */
    Engine open(Path directory) throws Exception;

    /** A kind from its parts. */
    static EngineKind of(String name, String description, String cells, Opener opener) {
        return new EngineKind() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String description() {
                return description;
            }

            @Override
            public String cells() {
                return cells;
            }

            @Override
            public Engine open(Path directory) throws Exception {
                return opener.open(directory);
            }
        };
    }
}
