package io.whorl.transport;

import io.netty.util.NetUtil;
import io.whorl.core.ring.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Turns host names into IP addresses beside the event loops, because the JDK's lookup blocks, for many seconds when a name
 * server is down. Numeric addresses need no lookup. Its one thread exists only while there is something to look up.
 */
final class NameLookup {
    private final ThreadPoolExecutor executor;

    NameLookup(ThreadFactory threads) {
        executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        executor.allowCoreThreadTimeOut(true);
        executor.setRejectedExecutionHandler((task, from) -> {}); // closed: nobody waits for the answer
    }

    /** Looks up; the answer is given the socket address or the failure, on this thread or on that of the lookup. */
    void resolve(Address address, BiConsumer<InetSocketAddress, UnknownHostException> answer) {
        byte[] numeric = NetUtil.createByteArrayFromIpAddressString(address.host());
        if (numeric == null) {
            executor.execute(() -> lookUp(address, answer));
        } else {
            lookUp(address, answer);
        }
    }

    private static void lookUp(Address address, BiConsumer<InetSocketAddress, UnknownHostException> answer) {
        try {
            answer.accept(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()), null);
        } catch (UnknownHostException e) {
            answer.accept(null, e);
        }
    }

    /** Ends it. A lookup that hangs in the operating system is not waited for; its thread ends with it. */
    void close() {
        executor.getQueue().clear();
        executor.shutdown();
    }
}
