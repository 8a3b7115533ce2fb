package io.whorl.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A member as one node sees it at one moment. Immutable.
 *
 * @param nodeId its identity, which belongs to its data directory
 * @param address where the other nodes reach it, {@code host:port}
 * @param zone what it shares its fate with, as it was told; empty for none
 * @param weight its share of the data relative to the others'
 * @param standing how far it has come into or out of the cluster
 * @param local whether it is the node that was asked, of which everything that follows says nothing
 * @param connected whether a connection to it stands
 * @param liveness what is held of it
 * @param direct false while it answers others but not this node
 * @param since since when the liveness is this, by this node's clock; empty if that is not known yet
 * @param roundTrip how long the last probe of it took; empty if none was answered yet
 * @param hints what this node keeps for it until it is back
 * @param behind what this node's replicas lack of what this member is known to have
 * @param ahead what this member may lack of what this node has: all of it, as long as this node has heard nothing from it
 * @param sinceExchange how long ago anti-entropy last heard from it; empty if it never has since this node started. Equal replicas
 *     that nobody writes have nothing to say to each other
 * @param streams the replicas that are being taken whole from it
 */
public record MemberStatus(
        String nodeId,
        String address,
        String zone,
        int weight,
        Standing standing,
        boolean local,
        boolean connected,
        Liveness liveness,
        boolean direct,
        Optional<Instant> since,
        Optional<Duration> roundTrip,
        HintsHeld hints,
        Lag behind,
        Lag ahead,
        Optional<Duration> sinceExchange,
        List<StreamStatus> streams) {

    /** Checks that nothing is missing, and copies the list. */
    public MemberStatus {
        Objects.requireNonNull(nodeId, "nodeId");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(standing, "standing");
        Objects.requireNonNull(liveness, "liveness");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(roundTrip, "roundTrip");
        Objects.requireNonNull(hints, "hints");
        Objects.requireNonNull(behind, "behind");
        Objects.requireNonNull(ahead, "ahead");
        Objects.requireNonNull(sinceExchange, "sinceExchange");
        streams = List.copyOf(streams);
    }

    /** One line for a log. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(nodeId).append(" at ").append(address);
        line.append(zone.isEmpty() ? "" : " in " + zone);
        line.append(standing == Standing.ACTIVE ? "" : ", " + standing);
        if (local) {
            return line.append(": this node").toString();
        }
        line.append(": ").append(liveness);
        since.ifPresent(instant -> line.append(" since ").append(instant));
        line.append(connected ? "" : ", not connected");
        if (!direct && liveness == Liveness.ALIVE) {
            line.append(", does not answer this node");
        }
        if (hints.count() + hints.unreadable() > 0) {
            line.append(", ").append(hints.count()).append(" hints kept for it (");
            line.append(hints.bytes())
                    .append(" bytes, ")
                    .append(hints.unreadable())
                    .append(" unreadable)");
        }
        if (behind.events() > 0) {
            line.append(", has ").append(behind.events()).append(" events that this node lacks");
        }
        if (ahead.events() > 0) {
            line.append(", may lack ").append(ahead.events()).append(" events");
        }
        for (StreamStatus stream : streams) {
            line.append(", streaming ").append(stream.bucket()).append('/').append(stream.partition());
            line.append(" (").append(stream.keys()).append(" keys)");
        }
        roundTrip.ifPresent(time ->
                line.append(", round trip ").append(time.toNanos() / 1_000).append(" us"));
        sinceExchange.ifPresent(
                time -> line.append(", last exchange ").append(time.toMillis()).append(" ms ago"));
        return line.toString();
    }
}
