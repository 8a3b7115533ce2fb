package io.whorl.internal;

import io.whorl.api.CausalContext;
import io.whorl.api.Versioned;
import java.util.List;

/** What a fetch brought. */
record Fetched<V>(List<V> values, CausalContext context) implements Versioned<V> {}
