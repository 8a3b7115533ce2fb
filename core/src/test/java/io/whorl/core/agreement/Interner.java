package io.whorl.core.agreement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives equal values one small number, from 0, so that a state of a model is a few words. */
final class Interner<T> {
    private final Map<T, Integer> numbers = new HashMap<>();
    private final List<T> values = new ArrayList<>();
    private final int most;

    Interner(int most) {
        this.most = most;
    }

    int number(T value) {
        Integer known = numbers.get(value);
        if (known != null) {
            return known;
        }
        if (values.size() == most) {
            throw new IllegalStateException("the model has more than " + most + " different values of a kind");
        }
        numbers.put(value, values.size());
        values.add(value);
        return values.size() - 1;
    }

    T value(int number) {
        return values.get(number);
    }

    int size() {
        return values.size();
    }
}
