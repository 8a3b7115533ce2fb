/**
 * Holds what the documents say against the code: methods that they name, links, commands, and the Java in them.
 *
 * <p>{@link io.whorl.docs.FirstSteps} and {@link io.whorl.docs.Snippets} are the sources of README.md's examples.
 */
package io.whorl.docs;
