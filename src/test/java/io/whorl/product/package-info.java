/** The product's description, put as a program: what it says holds, and compiles as it is written there. */
package io.whorl.product;
