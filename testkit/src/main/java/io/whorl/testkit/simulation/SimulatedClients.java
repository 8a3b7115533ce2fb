package io.whorl.testkit.simulation;

import io.whorl.api.Quorums;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Sibling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The clients at every node: each does one operation after the other, thinks, and remembers the contexts it gets. */
final class SimulatedClients {
    private static final int CONTEXTS_KEPT = 12;

    private final Kernel kernel;
    private final List<SimulatedHost> hosts;
    private final SimulationOptions options;
    private final Workload workload;
    private final History history;
    private final OutcomeCheck outcomes;
    private final Draws draws;
    private final Map<String, List<DotSet>> contexts = new TreeMap<>();
    private List<BucketDefinition> buckets = List.of();
    private boolean active;
    private long values;

    SimulatedClients(
            Kernel kernel,
            List<SimulatedHost> hosts,
            SimulationOptions options,
            Workload workload,
            History history,
            OutcomeCheck outcomes,
            Draws draws) {
        this.kernel = kernel;
        this.hosts = hosts;
        this.options = options;
        this.workload = workload;
        this.history = history;
        this.outcomes = outcomes;
        this.draws = draws;
    }

    void begin(List<BucketDefinition> created) {
        buckets = created;
        active = true;
        for (SimulatedHost host : hosts) {
            for (int i = 0; i < options.clients(); i++) {
                Person person = new Person(host, draws.fork("client-" + host.index() + "-" + i));
                person.think();
            }
        }
    }

    /** No new operations; those under way go on. */
    void stop() {
        active = false;
    }

    /** The bytes of a key. */
    static byte[] key(int number) {
        return ("k" + number).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a key at a node, for the checks after settling. */
    void read(SimulatedHost host, BucketDefinition bucket, byte[] key, Callback<ReadResult> then) {
        RequestOptions how = RequestOptions.of(0, options.timeout());
        ClientRequest request = begin(ClientRequest.Kind.GET, host, bucket, key, null, null, how);
        kernel.causedBy(request.number, () -> host.node().read(bucket, key, request.how(), observed(request, then)));
    }

    private ClientRequest begin(
            ClientRequest.Kind kind,
            SimulatedHost host,
            BucketDefinition bucket,
            byte[] key,
            byte[] value,
            DotSet context,
            RequestOptions how) {
        ClientRequest request =
                new ClientRequest(outcomes.nextNumber(), kind, host, bucket, key, value, context, how, kernel.now());
        history.begun(request);
        outcomes.begun(request);
        return request;
    }

    private <T> Callback<T> observed(ClientRequest request, Callback<T> then) {
        return new Callback<>() {
            @Override
            public void succeeded(T result) {
                outcomes.succeeded(request, result);
                then.succeeded(result);
            }

            @Override
            public void failed(Failure failure) {
                outcomes.failed(request, failure);
                then.failed(failure);
            }
        };
    }

    /** One client. */
    private final class Person implements Workload.Client {
        private final SimulatedHost host;
        private final Draws own;

        Person(SimulatedHost host, Draws own) {
            this.host = host;
            this.own = own;
        }

        void think() {
            kernel.causedBy(Kernel.NO_CAUSE, () -> kernel.after(1 + own.exponential(options.thinkTime()), this::act));
        }

        private void act() {
            if (!active) {
                return;
            }
            if (!host.isReady() || kernel.now() < host.pausedUntil()) {
                think();
                return;
            }
            Operation operation = workload.next(this);
            BucketDefinition bucket = buckets.get(operation.bucket());
            byte[] key = key(operation.key());
            if (operation instanceof Operation.Get) {
                get(bucket, key, this::think);
            } else if (operation instanceof Operation.Put put) {
                write(bucket, key, put.value(), context(put.context(), bucket, key));
            } else if (operation instanceof Operation.Delete delete) {
                write(bucket, key, null, context(delete.context(), bucket, key));
            } else if (operation instanceof Operation.Update update) {
                update(bucket, key, update.merge());
            }
            // A client whose node dies gets no answer; it goes on all the same.
        }

        private void get(BucketDefinition bucket, byte[] key, Runnable then) {
            ClientRequest request =
                    SimulatedClients.this.begin(ClientRequest.Kind.GET, host, bucket, key, null, null, how(bucket));
            goOnIfNodeDies(request, then);
            kernel.causedBy(
                    request.number,
                    () -> host.node().read(bucket, key, request.how(), observed(request, new Callback<>() {
                        @Override
                        public void succeeded(ReadResult result) {
                            remember(bucket, key, result.history());
                            then.run();
                        }

                        @Override
                        public void failed(Failure failure) {
                            then.run();
                        }
                    })));
        }

        private void write(BucketDefinition bucket, byte[] key, byte[] value, DotSet context) {
            ClientRequest.Kind kind = value == null ? ClientRequest.Kind.DELETE : ClientRequest.Kind.PUT;
            ClientRequest request = SimulatedClients.this.begin(kind, host, bucket, key, value, context, how(bucket));
            goOnIfNodeDies(request, this::think);
            Write write = new Write(value, context, 0);
            kernel.causedBy(
                    request.number,
                    () -> host.node().write(bucket, key, write, request.how(), observed(request, new Callback<>() {
                        @Override
                        public void succeeded(WriteResult result) {
                            remember(bucket, key, result.history());
                            think();
                        }

                        @Override
                        public void failed(Failure failure) {
                            think();
                        }
                    })));
        }

        private void update(BucketDefinition bucket, byte[] key, Function<List<byte[]>, byte[]> merge) {
            ClientRequest request =
                    SimulatedClients.this.begin(ClientRequest.Kind.GET, host, bucket, key, null, null, how(bucket));
            goOnIfNodeDies(request, this::think);
            kernel.causedBy(
                    request.number,
                    () -> host.node().read(bucket, key, request.how(), observed(request, new Callback<>() {
                        @Override
                        public void succeeded(ReadResult result) {
                            List<byte[]> values = result.siblings().stream()
                                    .map(Sibling::value)
                                    .toList();
                            write(bucket, key, merge.apply(values), result.history());
                        }

                        @Override
                        public void failed(Failure failure) {
                            think();
                        }
                    })));
        }

        /** The node's process may end without a word; the client then begins anew some time after its deadline. */
        private void goOnIfNodeDies(ClientRequest request, Runnable then) {
            SimulatedProcess process = host.process();
            kernel.causedBy(
                    Kernel.NO_CAUSE,
                    () -> kernel.after(2 * request.timeout, () -> {
                        if (!request.ended && !process.isAlive()) {
                            outcomes.abandoned(request);
                            then.run();
                        } else if (!request.ended) {
                            goOnIfNodeDies(request, then);
                        }
                    }));
        }

        /** Mostly as the bucket says. */
        private RequestOptions how(BucketDefinition bucket) {
            int quorum = own.chance(0.85) ? 0 : 1 + own.below(bucket.options().replicas());
            Optional<Quorums> quorums = own.chance(0.85)
                    ? Optional.empty()
                    : Optional.of(own.chance(0.5) ? Quorums.STRICT : Quorums.SLOPPY);
            return new RequestOptions(quorum, quorums, options.timeout());
        }

        private DotSet context(Operation.Context kind, BucketDefinition bucket, byte[] key) {
            List<DotSet> known = contexts.getOrDefault(name(bucket, key), List.of());
            return switch (kind) {
                case NONE -> null;
                case EMPTY -> DotSet.empty();
                case FRESH -> known.isEmpty() ? DotSet.empty() : known.get(known.size() - 1);
                case STALE -> known.isEmpty() ? DotSet.empty() : own.pick(known);
            };
        }

        private void remember(BucketDefinition bucket, byte[] key, DotSet context) {
            List<DotSet> known = contexts.computeIfAbsent(name(bucket, key), each -> new ArrayList<>());
            known.add(context);
            if (known.size() > CONTEXTS_KEPT) {
                known.remove(own.below(CONTEXTS_KEPT));
            }
        }

        private String name(BucketDefinition bucket, byte[] key) {
            return bucket.number() + "/" + new String(key, StandardCharsets.UTF_8);
        }

        @Override
        public int below(int bound) {
            return own.below(bound);
        }

        @Override
        public int buckets() {
            return buckets.size();
        }

        @Override
        public int keys() {
            return options.keys();
        }

        @Override
        public byte[] uniqueValue() {
            return Workload.value("v" + ++values);
        }
    }
}
