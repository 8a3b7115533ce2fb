/** The entry to Whorl: builder and lifecycle of a node. */
package io.whorl;
