// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The product's components put together as the service runtime would: by their activation constructors, with their own defaults. */
final class Components {

    private Components() {}

    /** @param values configuration by name, for what differs from its defaults */
    static <T> T made(Class<T> component, Map<String, Object> values, List<Object> services) {
        Constructor<?> constructor = component.getConstructors()[0];
        List<Object> arguments = new ArrayList<>();
        for (Class<?> type : constructor.getParameterTypes()) {
            arguments.add(
                    type.isAnnotation()
                            ? configuration(type, values)
                            : services.stream()
                                    .filter(type::isInstance)
                                    .findFirst()
                                    .orElseThrow(() -> new IllegalStateException(component + " wants " + type)));
        }
        try {
            return component.cast(constructor.newInstance(arguments.toArray()));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(component.getSimpleName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component.getSimpleName(), e);
        }
    }

    /** Its configuration type is nobody's business, so a proxy answers. */
    private static Object configuration(Class<?> type, Map<String, Object> values) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) ->
                values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    static void closed(Object component) {
        try {
            Method close = component.getClass().getDeclaredMethod("close");
            close.setAccessible(true);
            close.invoke(component);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component.getClass().getSimpleName(), e);
        }
    }
}
