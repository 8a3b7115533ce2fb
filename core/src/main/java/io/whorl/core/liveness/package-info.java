/**
 * Who is alive: SWIM with Lifeguard's refinements, as a state machine of values.
 *
 * <p>Entry class: {@link io.whorl.core.liveness.Detector}. Imports {@code version}, {@code ring}, {@code message}, {@code spi}.
 * Invariants: a member's incarnation is raised by itself alone; what is held of a member is of one run of it, the connected one
 * where there is one; a node that hears from nobody declares nobody dead; what others say of a member that was just heard is checked before it is believed.
 *
 * <p>Sources: A. Das, I. Gupta, A. Motivala, SWIM, DSN 2002; A. Dadgar, J. Phillips, J. Currey, Lifeguard, 2017.
 */
package io.whorl.core.liveness;
