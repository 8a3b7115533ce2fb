package io.whorl.core.liveness;

/**
 * How much a node distrusts itself, from 0: its own slowness looks to it like the silence of others, so it gives them more time
 * (Lifeguard, section IV A: local health multiplier).
 */
final class LocalHealth {
    private int multiplier;

    int multiplier() {
        return multiplier;
    }

    void better() {
        multiplier = Math.max(0, multiplier - 1);
    }

    void worse(long by) {
        multiplier = (int) Math.min(LivenessSettings.LEAST_HEALTH, multiplier + by);
    }
}
