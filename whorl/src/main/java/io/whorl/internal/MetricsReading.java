package io.whorl.internal;

import io.whorl.api.Metrics;
import io.whorl.core.meter.Gauge;
import io.whorl.core.meter.Meters;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.TransportCounters;
import java.util.List;
import java.util.SortedMap;

/** Puts a node's metrics together from whoever counts. Waits for nothing, so that it tells something of a node that hangs too. */
record MetricsReading(Meters meters, NodeParts parts) {

    Metrics take() {
        SortedMap<String, Long> counters = meters.counters();
        TransportCounters transport = parts.transport().map(Transport::counters).orElse(TransportCounters.NONE);
        counters.put("transport_violations", transport.violations());
        counters.put("transport_unknown_messages", transport.unknownMessages());
        counters.put("transport_refusals", transport.refusals());
        SortedMap<String, Long> gauges = meters.gauges();
        List<Integer> waiting = parts.lanes().waiting();
        for (int i = 0; i < waiting.size(); i++) {
            gauges.put("lane_" + i + "_waiting", (long) waiting.get(i));
            gauges.put("lane_" + i + "_requests_under_way", meters.lane(i).get(Gauge.REQUESTS_UNDER_WAY));
        }
        return new Metrics(meters.requests().snapshot(), counters, gauges);
    }
}
