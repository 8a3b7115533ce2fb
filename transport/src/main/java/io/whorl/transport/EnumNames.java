package io.whorl.transport;

import com.google.protobuf.ProtocolMessageEnum;
import java.util.EnumMap;
import java.util.Map;

/**
 * Maps an enum of ours to the wire's and back by name, so that the order of our constants means nothing on the wire. A
 * constant of ours that the schema lacks fails when the class is loaded.
 *
 * @param <C> our enum
 * @param <W> the wire's
 */
final class EnumNames<C extends Enum<C>, W extends Enum<W> & ProtocolMessageEnum> {
    private final Map<C, W> toWire;
    private final Map<W, C> fromWire;
    private final String prefix;

    EnumNames(Class<C> ours, Class<W> wires, String prefix) {
        this.prefix = prefix;
        toWire = new EnumMap<>(ours);
        fromWire = new EnumMap<>(wires);
        for (C constant : ours.getEnumConstants()) {
            W wire = Enum.valueOf(wires, prefix + "_" + constant.name());
            toWire.put(constant, wire);
            fromWire.put(wire, constant);
        }
    }

    W encode(C constant) {
        return toWire.get(constant);
    }

    C decode(W wire) {
        C constant = fromWire.get(wire);
        if (constant != null) {
            return constant;
        }
        if (wire.name().equals(prefix + "_UNSPECIFIED")) {
            throw Parts.malformed("no value for " + prefix, "one of " + toWire.keySet());
        }
        throw new UnknownEnumValueException();
    }
}
