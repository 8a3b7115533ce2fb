/** Rules that hold for the repository as a whole: its sources are what these tests read. */
package io.whorl.repository;
