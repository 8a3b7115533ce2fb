/** Transports behind core's port: one on Netty, and one inside the process. */
package io.whorl.transport;
