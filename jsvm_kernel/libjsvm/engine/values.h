/*
 * values.h - wrappers, symbols, text, buffers and their views (part of engine.c).
 */

/* ---- Map and Set -------------------------------------------------------- */

static JSMapState *jsvm_collection(JSValueConst value)
{
    JSMapState *state = JS_GetOpaque(value, JS_CLASS_MAP);

    return state ? state : JS_GetOpaque(value, JS_CLASS_SET);
}

bool jsvm__engine_collection_size(JSValueConst value, size_t *size)
{
    const JSMapState *state = jsvm_collection(value);

    if (state == NULL)
        return false;
    *size = state->record_count;
    return true;
}

JSValue jsvm__engine_collection_entries(JSContext *ctx, JSValueConst collection)
{
    JSMapState *state = jsvm_collection(collection);
    bool is_map = JS_GetClassID(collection) == JS_CLASS_MAP;
    JSValue entries = JS_NewArray(ctx);
    struct list_head *link;
    uint32_t count = 0;

    if (JS_IsException(entries))
        return entries;
    list_for_each(link, &state->records) {
        const JSMapRecord *record = list_entry(link, JSMapRecord, link);
        if (record->empty)
            continue;
        if (JS_DefinePropertyValueUint32(ctx, entries, count++, js_dup(record->key),
                                         JS_PROP_C_W_E) < 0 ||
            (is_map && JS_DefinePropertyValueUint32(ctx, entries, count++,
                                                    js_dup(record->value),
                                                    JS_PROP_C_W_E) < 0)) {
            JS_FreeValue(ctx, entries);
            return JS_EXCEPTION;
        }
    }
    return entries;
}

bool jsvm__engine_collection_add(JSContext *ctx, JSValueConst collection,
                                 JSValueConst key, JSValueConst value)
{
    JSValueConst arguments[] = { key, value };
    bool is_map = JS_GetClassID(collection) == JS_CLASS_MAP;
    JSValue result =
        js_map_set(ctx, collection, is_map ? 2 : 1, arguments, is_map ? 0 : MAGIC_SET);

    JS_FreeValue(ctx, result);
    return !JS_IsException(result);
}

/* ---- objects ------------------------------------------------------------ */

JSVMWrapped jsvm__engine_wrapped(JSValueConst value)
{
    switch (JS_GetClassID(value)) {
    case JS_CLASS_BOOLEAN:
        return JSVM_WRAPS_BOOLEAN;
    case JS_CLASS_NUMBER:
        return JSVM_WRAPS_NUMBER;
    case JS_CLASS_STRING:
        return JSVM_WRAPS_STRING;
    case JS_CLASS_SYMBOL:
        return JSVM_WRAPS_SYMBOL;
    case JS_CLASS_BIG_INT:
        return JSVM_WRAPS_BIGINT;
    default:
        return JSVM_WRAPS_NOTHING;
    }
}

bool jsvm__engine_is_ordinary(JSValueConst value)
{
    return JS_GetClassID(value) == JS_CLASS_OBJECT;
}

double jsvm__engine_date_value(JSValueConst date)
{
    JSValueConst time = JS_VALUE_GET_OBJ(date)->u.object_data;

    if (JS_VALUE_GET_TAG(time) == JS_TAG_INT)
        return JS_VALUE_GET_INT(time);
    return JS_VALUE_GET_FLOAT64(time);
}

JSValue jsvm__engine_new_map(JSContext *ctx)
{
    return js_map_constructor(ctx, JS_UNDEFINED, 0, NULL, 0);
}

JSValue jsvm__engine_new_set(JSContext *ctx)
{
    return js_map_constructor(ctx, JS_UNDEFINED, 0, NULL, MAGIC_SET);
}

int jsvm__engine_set_property(JSContext *ctx, JSValueConst object, JSAtom key,
                              JSValue value)
{
    return JS_SetPropertyInternal(ctx, object, key, value, 0);
}

int jsvm__engine_set_prototype(JSContext *ctx, JSValueConst object,
                               JSValueConst prototype)
{
    return JS_SetPrototypeInternal(ctx, object, prototype, false);
}

/* ---- primitives --------------------------------------------------------- */

/* Of a type of atoms: registered, unique or private. */
static JSValue jsvm_symbol(JSContext *ctx, JSValueConst description, int type)
{
    JSString *text = NULL;

    if (!JS_IsUndefined(description)) {
        /* A string that is shared is copied into the symbol, which owns its text. */
        JSValue string = JS_ToString(ctx, description);
        if (JS_IsException(string))
            return string;
        text = JS_VALUE_GET_STRING(string);
    }
    return JS_NewSymbolInternal(ctx, text, type);
}

JSValue jsvm__engine_new_symbol(JSContext *ctx, JSValueConst description,
                                bool registered)
{
    return jsvm_symbol(ctx, description,
                       registered ? JS_ATOM_TYPE_GLOBAL_SYMBOL : JS_ATOM_TYPE_SYMBOL);
}

JSValue jsvm__engine_new_regexp(JSContext *ctx, JSValueConst pattern, const char *flags)
{
    JSValue source = JS_ToString(ctx, pattern);
    JSValue letters = JS_NewString(ctx, flags);
    JSValue code = JS_EXCEPTION;

    if (!JS_IsException(source) && !JS_IsException(letters))
        code = js_compile_regexp(ctx, source, letters);
    JS_FreeValue(ctx, letters);
    if (!JS_IsException(code))
        return js_regexp_constructor_internal(ctx, JS_UNDEFINED, source, code);
    JS_FreeValue(ctx, source);
    return JS_EXCEPTION;
}

JSValue jsvm__engine_well_known_symbol(JSContext *ctx, JSVMWellKnownSymbol which)
{
    static const JSAtom atoms[] = {
        [JSVM_SYMBOL_ASYNC_ITERATOR] = JS_ATOM_Symbol_asyncIterator,
        [JSVM_SYMBOL_HAS_INSTANCE] = JS_ATOM_Symbol_hasInstance,
        [JSVM_SYMBOL_IS_CONCAT_SPREADABLE] = JS_ATOM_Symbol_isConcatSpreadable,
        [JSVM_SYMBOL_ITERATOR] = JS_ATOM_Symbol_iterator,
        [JSVM_SYMBOL_MATCH] = JS_ATOM_Symbol_match,
        [JSVM_SYMBOL_REPLACE] = JS_ATOM_Symbol_replace,
        [JSVM_SYMBOL_SEARCH] = JS_ATOM_Symbol_search,
        [JSVM_SYMBOL_SPLIT] = JS_ATOM_Symbol_split,
        [JSVM_SYMBOL_TO_PRIMITIVE] = JS_ATOM_Symbol_toPrimitive,
        [JSVM_SYMBOL_TO_STRING_TAG] = JS_ATOM_Symbol_toStringTag,
        [JSVM_SYMBOL_UNSCOPABLES] = JS_ATOM_Symbol_unscopables,
    };

    return JS_AtomToValue(ctx, atoms[which]);
}

JSValue jsvm__engine_to_bigint(JSContext *ctx, JSValueConst value)
{
    return JS_ToBigInt(ctx, value);
}

JSValue jsvm__engine_new_utf16(JSContext *ctx, const uint16_t *units, size_t length)
{
    uint16_t seen = 0;
    JSString *string;

    if (length == 0)
        return js_empty_string(ctx->rt);
    if (length > JS_STRING_LEN_MAX)
        return JS_ThrowRangeError(ctx, "invalid string length");
    for (size_t i = 0; i < length; i++)
        seen |= units[i];
    string = js_alloc_string(ctx, (int)length, seen > 0xff);
    if (string == NULL)
        return JS_EXCEPTION;
    if (seen > 0xff) {
        memcpy(str16(string), units, length * sizeof(*units));
    } else {
        uint8_t *narrow = str8(string);
        for (size_t i = 0; i < length; i++)
            narrow[i] = (uint8_t)units[i];
        narrow[length] = 0;
    }
    return JS_MKPTR(JS_TAG_STRING, string);
}

/* ---- ArrayBuffer and its views ------------------------------------------ */

bool jsvm__engine_buffer_info(JSValueConst value, JSVMBufferInfo *info)
{
    const JSArrayBuffer *buffer = JS_GetOpaque(value, JS_CLASS_ARRAY_BUFFER);

    if (buffer == NULL)
        return false;
    info->data = buffer->detached ? NULL : buffer->data;
    info->length = buffer->detached ? 0 : (size_t)buffer->byte_length;
    info->detached = buffer->detached;
    info->detachable = !buffer->immutable && buffer->jsvm_pins == 0;
    info->immutable = buffer->immutable;
    return true;
}

bool jsvm__engine_pin_buffer(JSValueConst value, int delta)
{
    JSArrayBuffer *buffer = JS_GetOpaque(value, JS_CLASS_ARRAY_BUFFER);

    if (buffer->detached || buffer->jsvm_pins + delta < 0)
        return false;
    buffer->jsvm_pins += delta;
    return true;
}

bool jsvm__engine_view_info(JSValueConst value, JSVMViewInfo *info)
{
    JSClassID class_id = JS_GetClassID(value);
    const JSArrayBuffer *buffer;
    const JSTypedArray *view;
    JSObject *object;
    bool out_of_bounds;

    if (!is_typed_array(class_id) && class_id != JS_CLASS_DATAVIEW)
        return false;
    object = JS_VALUE_GET_OBJ(value);
    view = object->u.typed_array;
    buffer = view->buffer->u.array_buffer;
    if (class_id == JS_CLASS_DATAVIEW) {
        out_of_bounds = dataview_is_oob(object);
        info->type = -1;
        info->count = view->length;
        if (view->track_rab) /* follows the buffer's length */
            info->count = buffer->byte_length - view->offset;
    } else {
        out_of_bounds = typed_array_is_oob(object);
        info->type = (int)(class_id - JS_CLASS_UINT8C_ARRAY);
        info->count = object->u.array.count;
    }
    info->offset = out_of_bounds ? 0 : view->offset;
    info->data = out_of_bounds ? NULL : buffer->data + view->offset;
    if (out_of_bounds)
        info->count = 0;
    info->buffer = JS_MKPTR(JS_TAG_OBJECT, view->buffer);
    return true;
}

JSValue jsvm__engine_new_dataview(JSContext *ctx, JSValueConst buffer, size_t offset,
                                  size_t length)
{
    JSValueConst arguments[] = {
        buffer,
        JS_NewInt64(ctx, (int64_t)offset),
        JS_NewInt64(ctx, (int64_t)length),
    };

    return js_dataview_constructor(ctx, JS_UNDEFINED, 3, arguments);
}
