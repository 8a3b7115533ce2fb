package io.whorl.core.coordinate;

import io.whorl.core.version.DotSet;
import io.whorl.core.version.Sibling;
import java.util.List;

/**
 * What a read found.
 *
 * @param siblings newest first; for a last-write-wins bucket one at the most
 * @param history everything that the answering replicas had seen of the key
 */
public record ReadResult(List<Sibling> siblings, DotSet history) {}
