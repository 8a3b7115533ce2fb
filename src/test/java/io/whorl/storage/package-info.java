/** A storage engine that tells what it has synced; in the engine's own package, since nothing but tests may put itself between. */
package io.whorl.storage;
