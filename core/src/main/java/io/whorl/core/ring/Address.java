package io.whorl.core.ring;

import java.util.Locale;
import java.util.Objects;

/**
 * Where a node listens: a host name or a numeric IP address, and a port.
 *
 * <p>Nothing is resolved here: two addresses are equal when their texts are, host names in lower case. The text form is
 * {@code host:port}, or {@code [host]:port} for an IPv6 address.
 *
 * @param host a host name, an IPv4 or an IPv6 address (without brackets): 1 to 255 ASCII letters, digits and
 *     {@code - . _ : %}; kept in lower case, except that an IPv6 address with a zone stays as it is
 * @param port 0 to 65535; 0 means that no port has been chosen yet
 */
public record Address(String host, int port) implements Comparable<Address> {
    static final int MAX_HOST_LENGTH = 255;
    static final int MAX_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;

    /**
     * Checks both parts.
     *
     * @throws IllegalArgumentException if the host is empty, too long or has another character, or if the port is out
     *     of range
     */
    public Address {
        Objects.requireNonNull(host, "host");
        if (host.isEmpty() || host.length() > MAX_HOST_LENGTH || !host.chars().allMatch(Address::isHostCharacter)) {
            throw new IllegalArgumentException("a host is 1 to " + MAX_HOST_LENGTH
                    + " ASCII letters, digits and - . _ : %, not \"" + host + "\"; give an international name in its"
                    + " ASCII (xn--) form and an IPv6 address without brackets");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port is between 0 and " + MAX_PORT + ", not " + port);
        }
        if (host.indexOf('%') < 0) {
            host = host.toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @param text the text form
     * @return the address
     * @throws IllegalArgumentException if the port is missing or no number, if an IPv6 address lacks its brackets, or
     *     if a part is out of its range
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        if (colon < 0 || bracketed && (colon == 0 || text.charAt(colon - 1) != ']')) {
            throw new IllegalArgumentException("\"" + text + "\" has no port; write host:port or [ipv6]:port");
        }
        String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is ambiguous; an IPv6 address stands in brackets: [ipv6]:port");
        }
        String port = text.substring(colon + 1);
        if (port.isEmpty() || port.length() > MAX_PORT_DIGITS || !port.chars().allMatch(Address::isDigit)) {
            throw new IllegalArgumentException("\"" + port + "\" in \"" + text + "\" is no port; it is a number between"
                    + " 0 and " + MAX_PORT);
        }
        return new Address(host, Integer.parseInt(port));
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }

    private static boolean isHostCharacter(int character) {
        return isDigit(character)
                || character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || "-._:%".indexOf(character) >= 0;
    }

    /** Compares the hosts as texts, then the ports. */
    @Override
    public int compareTo(Address other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    /** The text form that {@link #parse(String)} reads. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
