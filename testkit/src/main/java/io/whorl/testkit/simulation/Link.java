package io.whorl.testkit.simulation;

/** The way from one node to another, in this direction only. */
final class Link {
    private int cuts;
    private long cutNumber;
    private long cloggedUntil;
    private long lastArrival;
    private long bytesInFlight;
    private long halfOpenUntil;
    private long broken;

    boolean isCut() {
        return cuts > 0;
    }

    /** Cuts the link, perhaps once more; nothing passes until each cut is mended. */
    void cut() {
        if (cuts++ == 0) {
            cutNumber++;
        }
    }

    void mend() {
        cuts = Math.max(0, cuts - 1);
    }

    void mendAll() {
        cuts = 0;
        cloggedUntil = 0;
        halfOpenUntil = 0;
    }

    /** Grows whenever the link is cut after it was whole. */
    long cutNumber() {
        return cutNumber;
    }

    /** Everything is dropped until then, and neither end is told. */
    void halfOpenUntil(long time) {
        halfOpenUntil = Math.max(halfOpenUntil, time);
    }

    boolean isHalfOpen(long now) {
        return now < halfOpenUntil;
    }

    /** What is under way is lost. */
    void breakUp() {
        broken++;
    }

    /** How often what was under way has been lost. */
    long broken() {
        return broken;
    }

    void clogUntil(long time) {
        cloggedUntil = Math.max(cloggedUntil, time);
    }

    /** When a message arrives that would by itself arrive then: after a clog, and after those before it unless it overtakes. */
    long arrival(long now, long alone, boolean overtakes) {
        long arrival = cloggedUntil > now ? Math.max(alone, cloggedUntil + (alone - now)) : alone;
        if (overtakes) {
            return arrival;
        }
        lastArrival = Math.max(lastArrival + 1, arrival);
        return lastArrival;
    }

    long bytesInFlight() {
        return bytesInFlight;
    }

    void underWay(long bytes) {
        bytesInFlight += bytes;
    }
}
