/** What nodes leave behind when they are closed: nothing. */
package io.whorl.lifecycle;
