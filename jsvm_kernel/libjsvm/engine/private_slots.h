/*
 * private_slots.h - hidden own properties (part of engine.c).
 *
 * Their keys are the engine's private names, those of #fields: no reflection of JS
 * lists them, a Proxy has its own and traps nothing, and neither freezing nor sealing
 * stops them, because they are put into the object past its checks.
 */

JSValue jsvm__engine_new_private_key(JSContext *ctx, JSValueConst description)
{
    return jsvm_symbol(ctx, description, JS_ATOM_TYPE_PRIVATE);
}

bool jsvm__engine_is_private_key(JSValueConst value)
{
    /* In the atom table a private name is a symbol with a hash of its own. */
    return JS_VALUE_GET_TAG(value) == JS_TAG_SYMBOL &&
           JS_VALUE_GET_STRING(value)->hash == JS_ATOM_HASH_PRIVATE;
}

static JSProperty *jsvm_private_slot(JSContext *ctx, JSValueConst object,
                                     JSValueConst key)
{
    JSProperty *slot;
    bool found = find_own_property(&slot, JS_VALUE_GET_OBJ(object),
                                   js_symbol_to_atom(ctx, key)) != NULL;

    return found ? slot : NULL;
}

JSValue jsvm__engine_get_private(JSContext *ctx, JSValueConst object, JSValueConst key)
{
    JSProperty *slot = jsvm_private_slot(ctx, object, key);

    return slot ? js_dup(slot->u.value) : JS_UNINITIALIZED;
}

int jsvm__engine_set_private(JSContext *ctx, JSValueConst object, JSValueConst key,
                             JSValue value)
{
    JSProperty *slot = jsvm_private_slot(ctx, object, key);

    if (slot) {
        set_value(ctx, &slot->u.value, value);
        return 0;
    }
    slot = add_property(ctx, JS_VALUE_GET_OBJ(object), js_symbol_to_atom(ctx, key),
                        JS_PROP_C_W_E);
    if (!slot) {
        JS_FreeValue(ctx, value);
        return -1;
    }
    slot->u.value = value;
    return 0;
}

int jsvm__engine_delete_private(JSContext *ctx, JSValueConst object, JSValueConst key)
{
    if (!jsvm_private_slot(ctx, object, key))
        return 0; /* or the object's own way of deleting would be asked */
    return delete_property(ctx, JS_VALUE_GET_OBJ(object), js_symbol_to_atom(ctx, key)) <
                   0
               ? -1
               : 0;
}
