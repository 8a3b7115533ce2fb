/**
 * What an application sees of Whorl: buckets, values with their siblings, causal contexts, options and failures.
 *
 * <p>Entry class: {@link io.whorl.api.Bucket}. Imports nothing else of Whorl, and no library.
 */
package io.whorl.api;
