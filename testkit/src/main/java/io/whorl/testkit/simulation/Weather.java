package io.whorl.testkit.simulation;

/** How the network behaves at the moment: all calm at first and after healing, else as the plan of faults drew it. */
final class Weather {
    static final long CALM_BYTES_IN_FLIGHT = 16L << 20;

    /** Probability that a message is lost. */
    double loss;
    /** Probability that a message arrives again, soon. */
    double repeat;
    /** Probability that a message arrives again a long time after. */
    double repeatLate;
    /** Probability that a message does not keep its place among those of its link. */
    double reorder;
    /** Probability that a message is delayed far more than usual, and by how many nanoseconds on average. */
    double delay;

    long delayMean;
    /** Probability that a connection breaks right after a message of it was delivered. */
    double breakAfterDelivery;
    /** Above so many bytes under way a link refuses more. */
    long bytesInFlight = CALM_BYTES_IN_FLIGHT;

    void calm() {
        loss = 0;
        repeat = 0;
        repeatLate = 0;
        reorder = 0;
        delay = 0;
        breakAfterDelivery = 0;
        bytesInFlight = CALM_BYTES_IN_FLIGHT;
    }
}
