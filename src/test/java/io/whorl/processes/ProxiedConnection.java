package io.whorl.processes;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A connection that one node made to another, in two halves with the proxy between them. */
final class ProxiedConnection {
    private interface Work {
        void run() throws InterruptedException;
    }

    private final int from;
    private final int to;
    private final Socket dialer;
    private final List<Direction> directions = new CopyOnWriteArrayList<>();
    private final Runnable gone;
    private volatile Socket target;
    private volatile boolean aborted;
    private int ended;

    /** A connection that {@code from} has made; {@code gone} is run when it is over. */
    ProxiedConnection(int from, int to, Socket dialer, Runnable gone) {
        this.from = from;
        this.to = to;
        this.dialer = dialer;
        this.gone = gone;
    }

    /** Whether it is between these two, whoever made it. */
    boolean isBetween(int one, int other) {
        return (from == one && to == other) || (from == other && to == one);
    }

    /** Waits until the greeting may pass, connects, and carries what comes; on a thread of the connection's own. */
    void run(Greeting greeting, int port, Link there, Link back) throws IOException, InterruptedException {
        Direction forth = direction(there, dialer);
        forth.begin(greeting.frame());
        start("reads " + from + " to " + to, forth::read);
        if (!there.awaitOpen() || forth.isEnded()) {
            abort();
            return;
        }
        Socket made = new Socket("127.0.0.1", port);
        made.setTcpNoDelay(true);
        target = made;
        if (aborted) {
            abort();
            return;
        }
        Direction reverse = direction(back, made);
        start("reads " + to + " to " + from, reverse::read);
        start("writes " + to + " to " + from, () -> over(reverse.write(dialer)));
        over(forth.write(made));
    }

    private Direction direction(Link link, Socket source) {
        Direction direction = new Direction(link, source);
        directions.add(direction);
        return direction;
    }

    private void start(String what, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        abort();
                    }
                },
                "proxy " + what);
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void over(boolean orderly) {
        ended++;
        if (!orderly) {
            abort();
        } else if (ended == 2) {
            close(dialer);
            close(target);
            gone.run();
        }
    }

    /** Ends both halves with a reset. */
    void abort() {
        aborted = true;
        reset(dialer);
        if (target != null) {
            reset(target);
        }
        directions.forEach(Direction::stop);
        gone.run();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already; the next line then does nothing.
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, which is all that was wanted.
        }
    }
}
