package io.whorl.internal;

import io.whorl.api.Metrics;
import io.whorl.core.handoff.HintBudget.TargetHints;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.meter.Gauge;
import io.whorl.core.meter.Meters;
import io.whorl.core.node.AdmissionSnapshot;
import io.whorl.core.node.MemberSnapshot;
import io.whorl.core.node.Node;
import io.whorl.core.node.QueueSnapshot;
import io.whorl.core.spi.StorageCache;
import io.whorl.core.spi.StorageMemory;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.TransportCounters;
import io.whorl.core.spi.TransportMemory;
import java.util.List;
import java.util.SortedMap;

/** Puts a node's metrics together from whoever counts. Waits for nothing, so that it tells something of a node that hangs too. */
record MetricsReading(Node node, NodeParts parts) {

    Metrics take() {
        Meters meters = node.meters();
        SortedMap<String, Long> counters = meters.counters();
        TransportCounters transport = parts.transport().map(Transport::counters).orElse(TransportCounters.NONE);
        counters.put("transport_violations", transport.violations());
        counters.put("transport_unknown_messages", transport.unknownMessages());
        counters.put("transport_refusals", transport.refusals());
        return new Metrics(meters.requests().snapshot(), counters, gauges(meters));
    }

    private SortedMap<String, Long> gauges(Meters meters) {
        SortedMap<String, Long> gauges = meters.gauges();
        List<TargetHints> hints = node.hintBudget().targets();
        gauges.put("hints_held", hints.stream().mapToLong(TargetHints::count).sum());
        gauges.put("hint_bytes_held", node.hintBudget().bytes());
        gauges.put(
                "hints_unreadable",
                hints.stream().mapToLong(TargetHints::unreadable).sum());
        List<MemberSnapshot> others = node.liveness();
        gauges.put(
                "members",
                node.state().map(state -> (long) state.members().size()).orElse(0L));
        gauges.put(
                "members_connected",
                others.stream().filter(MemberSnapshot::connected).count());
        gauges.put(
                "members_suspect",
                others.stream()
                        .filter(member -> member.status() == Status.SUSPECT)
                        .count());
        gauges.put(
                "members_dead",
                others.stream().filter(member -> member.status() == Status.DEAD).count());
        gauges.put("storage_full", node.isStorageFull() ? 1L : 0L);
        StorageMemory storage = parts.storage().memory();
        gauges.put("storage_memory_bytes", storage.bytes());
        gauges.put("storage_write_buffer_bytes", storage.writeBufferBytes());
        StorageCache cache = parts.storage().cache();
        gauges.put("record_cache_bytes", cache.bytes());
        gauges.put("record_cache_hits", cache.hits());
        gauges.put("record_cache_misses", cache.misses());
        TransportMemory network = parts.transport().map(Transport::memory).orElse(TransportMemory.NONE);
        gauges.put("network_in_flight_bytes", network.inFlightBytes());
        gauges.put("network_buffer_bytes", network.bufferBytes());
        List<QueueSnapshot> queues = node.queues();
        for (int i = 0; i < queues.size(); i++) {
            gauges.put("lane_" + i + "_callers_waiting", (long) queues.get(i).callers());
            gauges.put("lane_" + i + "_peers_waiting", (long) queues.get(i).peers());
            gauges.put("lane_" + i + "_peer_bytes_waiting", queues.get(i).peerBytes());
        }
        List<AdmissionSnapshot> admissions = node.admissions();
        for (int i = 0; i < admissions.size(); i++) {
            gauges.put(
                    "lane_" + i + "_callers_under_way", (long) admissions.get(i).underWay());
            gauges.put("lane_" + i + "_callers_limit", (long) admissions.get(i).limit());
        }
        List<Integer> waiting = parts.lanes().waiting();
        for (int i = 0; i < waiting.size(); i++) {
            gauges.put("lane_" + i + "_waiting", (long) waiting.get(i));
            gauges.put("lane_" + i + "_requests_under_way", meters.lane(i).get(Gauge.REQUESTS_UNDER_WAY));
        }
        return gauges;
    }
}
