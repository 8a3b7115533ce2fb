/**
 * Versions of data: dots, sets of dots, records, hybrid time, and their bytes.
 *
 * <p>Start at {@link io.whorl.core.version.DotSet}, then {@link io.whorl.core.version.Record}. Imports nothing of ours;
 * every other package of core may import it.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Everything here is an immutable value, except {@link io.whorl.core.version.HybridClock} (thread-safe), and the
 *       builders, writers and readers (for one thread).
 *   <li>{@link io.whorl.core.version.Record#join} is commutative, associative and idempotent, and knows no policy, clock
 *       or limit.
 *   <li>A set of dots says exactly what was seen: nothing here rounds it up or cuts it short.
 *   <li>Encodings are canonical: equal values have equal bytes, and any other bytes are refused.
 *   <li>A {@code byte[]} handed in or out is shared, never copied, unless the method says otherwise; nobody may write
 *       to it afterwards.
 * </ul>
 *
 * <p>Sources: DeCandia et al., Dynamo, SOSP 2007, section 4.4 (vector clocks); Preguiça et al., Dotted Version Vectors,
 * 2010 (a dot per write); Almeida, Shoker and Baquero, Delta State Replicated Data Types, 2018, section 7 (causal contexts
 * with a dot cloud); Gonçalves et al., DottedDB, SRDS 2017 (seen-sets per node, fill and strip).
 */
package io.whorl.core.version;
