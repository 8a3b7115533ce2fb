package io.whorl.testkit;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test cluster whose life is JUnit's; apart, so that the other class loads where JUnit is not. */
final class ClusterExtension extends TestCluster
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private boolean untouched;
    private boolean ofOneTest;

    private ClusterExtension(ClusterPlan plan) {
        super(plan);
    }

    /** Of the general type, so that who calls this without using it needs no JUnit to be verified. */
    static TestCluster of(ClusterPlan plan) {
        return new ClusterExtension(plan);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // A nested test class has its own call, within that of the class around it.
        if (!isOpen()) {
            open();
            untouched = true;
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!isOpen()) {
            ofOneTest = true;
            open();
        } else if (!untouched) {
            reset();
        }
        untouched = false;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (ofOneTest) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        boolean nested = context.getTestClass()
                .map(type -> type.isAnnotationPresent(org.junit.jupiter.api.Nested.class))
                .orElse(false);
        if (!nested) {
            close();
        }
    }
}
