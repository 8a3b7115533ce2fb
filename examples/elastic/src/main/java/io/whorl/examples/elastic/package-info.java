/**
 * A cluster that grows, loses a node, replaces it and shrinks, under load all the while. {@code Elastic} tells the story, {@code Load}
 * makes the requests and knows what every row must be, {@code Fleet} has the nodes.
 */
package io.whorl.examples.elastic;
