/** A whole cluster inside one JVM, for tests, and the simulator. */
package io.whorl.testkit;
