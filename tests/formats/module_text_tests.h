/* tests/formats/module_text_tests.h: the reader of constructor calls and printed trees. The trees here are what
 * PyTorch 1.13.1 and 2.14 printed.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_MODULE_TEXT_TESTS_H
#define CTORCH_TESTS_FORMATS_MODULE_TEXT_TESTS_H

#include "formats/module_text.h"
#include "support.h"

typedef record *text_read(record_pool *pool, const char *text);

/* That a text is read as this, as record_repr shows it: a name without a module begins with a dot. */
static void assert_text(text_read *read, const char *text, const char *expected)
{
    record_pool *pool;
    ck_assert_int_eq(module_text_pool_new(&pool, text), CT_OK);
    const record *r = read(pool, text);
    ck_assert_msg(r != NULL, "%s: %s", text, ct_error_message());
    char *repr = record_repr(r, 100, 10000);
    ck_assert_str_eq(repr, expected);
    free(repr);
    record_pool_free(pool);
}

/* That it fails with exactly this behind "module text, ". */
static void assert_bad_text(text_read *read, const char *text, const char *expected)
{
    record_pool *pool;
    ck_assert_int_eq(module_text_pool_new(&pool, text), CT_OK);
    const record *r = read(pool, text);
    ck_assert_msg(r == NULL, "%s was read", text);
    ck_assert_int_eq(ct_error_code(), CT_ERROR_FORMAT);
    char message[300];
    snprintf(message, sizeof message, "module text, %s", expected);
    ck_assert_str_eq(ct_error_message(), message);
    ct_error_clear();
    record_pool_free(pool);
}

typedef struct text_case {
    const char *text, *expected;
} text_case;

/* ---- calls ---- */

static const text_case good_calls[] = {
    {"ReLU()", ".ReLU()"},
    {" \n ReLU ( ) \t\r\n", ".ReLU()"},
    {"Conv2d(3, 32, kernel_size=7, stride=(2, 1), bias=False)",
     ".Conv2d(3, 32) {'kernel_size': 7, 'stride': (2, 1), 'bias': False}"},
    {"nn.Sequential(Linear(3, 4), ReLU(),)", "nn.Sequential(.Linear(3, 4), .ReLU())"},
    {"torch.nn.modules.linear.Linear(3,4)", "torch.nn.modules.linear.Linear(3, 4)"},
    {"ModuleList([Linear(3,4), ReLU(inplace = True)])", ".ModuleList([.Linear(3, 4), .ReLU() {'inplace': True}])"},
    {"CrossEntropyLoss(weight=torch.tensor([1.0, 2.0]))", ".CrossEntropyLoss() {'weight': torch.tensor([1.0, 2.0])}"},
    {"Linear(3, 4, dtype=torch.float64, device='cpu')", ".Linear(3, 4) {'dtype': torch.float64, 'device': 'cpu'}"},
    {"Sequential(OrderedDict([('a', ReLU())]))", ".Sequential(.OrderedDict([('a', .ReLU())]))"},
    {"ModuleDict({'a': ReLU(), \"b c\" : Identity(),})", ".ModuleDict({'a': .ReLU(), 'b c': .Identity()})"},
    {"A(padding=same, mode = zeros)", ".A() {'padding': .same, 'mode': .zeros}"},
    {"A(None, True, False, none, Nonesuch)", ".A(None, True, False, .none, .Nonesuch)"},
    {"A((), (1,), (1), ((1, 2)), [], {}, [[],])", ".A((), (1,), 1, (1, 2), [], {}, [[]])"},
    {"A(\n    3,\n    kernel_size=(\n        1,\n        2,\n    ),\n)", ".A(3) {'kernel_size': (1, 2)}"},
    {"A({1: 2, (1, 2): None, None: {}})", ".A({1: 2, (1, 2): None, None: {}})"},
    {"\303\251t\303\251(\303\240=1)", ".\303\251t\303\251() {'\303\240': 1}"},
};

static const text_case good_values[] = {
    /* ints */
    {"0", "0"},
    {"00", "0"},
    {"-7", "-7"},
    {"- 7", "-7"},
    {"+7", "7"},
    {"1_000_000", "1000000"},
    {"0xff", "255"},
    {"-0XfF", "-255"},
    {"0x_f_f", "255"},
    {"0o17", "15"},
    {"0b101", "5"},
    {"9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808", "9223372036854775808"},
    {"-9223372036854775809", "-9223372036854775809"},
    {"0xffff_ffff_ffff_ffff", "0xffffffffffffffff"},
    {"-0x8000000000000000", "-9223372036854775808"},
    /* floats */
    {"1.", "1.0"},
    {".5", "0.5"},
    {"-.5", "-0.5"},
    {"1e-05", "1e-05"},
    {"1E+3", "1000.0"},
    {"1_0.2_5e1_0", "102500000000.0"},
    {"01.5", "1.5"},
    {"0.1", "0.1"},
    {"0.3333333333333333", "0.3333333333333333"},
    {"2.2250738585072014e-308", "2.2250738585072014e-308"},
    {"1e999", "inf"},
    {"1e-9999999999999999999", "0.0"},
    {"-0.0", "-0.0"},
    {"inf", "inf"},
    {"-inf", "-inf"},
    {"nan", "nan"},
    {"torch.inf", "inf"},
    {"-math.inf", "-inf"},
    {"float('inf')", "inf"},
    {"float(\"-inf\")", "-inf"},
    {"float('nan')", "nan"},
    {"float('1')", ".float('1')"},
    /* strings */
    {"''", "''"},
    {"'a\"b'", "'a\"b'"},
    {"\"a'b\"", "\"a'b\""},
    {"'\\\\ \\' \\\" \\n'", "'\\\\ \\' \" \\n'"},
    {"'\\a\\b\\f\\r\\t\\v'", "'\\x07\\x08\\x0c\\r\\t\\x0b'"},
    {"'\\x41\\101\\7\\0'", "'AA\\x07\\x00'"},
    {"'\\xe9\\u00e9\\U0001f600'", "'\303\251\303\251\360\237\230\200'"},
    {"'\\d\\\n'", "'\\\\d'"},
    {"'a' \"b\"\n'c'", "'abc'"},
    {"'\303\251'", "'\303\251'"},
    {"'(), [}'", "'(), [}'"},
};

static const text_case bad_calls[] = {
    {"", "line 1, column 1: expected a class and its arguments, found the end of the text"},
    {"3", "line 1, column 1: expected a class and its arguments, found '3'"},
    {"(ReLU())", "line 1, column 1: expected a class and its arguments, found '('"},
    {"ReLU", "line 1, column 5: expected '(', found the end of the text"},
    {"nn.(3)", "line 1, column 3: expected '(', found '.'"},
    {".ReLU()", "line 1, column 1: expected a class and its arguments, found '.'"},
    {"ReLU(", "line 1, column 5: '(' was never closed"},
    {"A(\n  B(3,\n", "line 2, column 4: '(' was never closed"},
    {"A([1, 2", "line 1, column 3: '[' was never closed"},
    {"A({1: 2", "line 1, column 3: '{' was never closed"},
    {"A(a=", "line 1, column 5: expected a value, found the end of the text"},
    {"A(a=)", "line 1, column 5: expected a value, found ')'"},
    {"A(,)", "line 1, column 3: expected a value, found ','"},
    {"A(1,,2)", "line 1, column 5: expected a value, found ','"},
    {"Conv2d(3, 32 x)", "line 1, column 14: expected ',' or ')', found 'x'"},
    {"A(\n 1,\n 2 3)", "line 3, column 4: expected ',' or ')', found '3'"},
    {"A([1 2])", "line 1, column 6: expected ',' or ']', found '2'"},
    {"A([1)", "line 1, column 5: expected ',' or ']', found ')'"},
    {"A({1})", "line 1, column 5: expected ':', found '}'"},
    {"A({1: 2 3})", "line 1, column 9: expected ',' or '}', found '3'"},
    {"A({[]: 2})", "line 1, column 4: unhashable type: 'list'"},
    {"A({{}: 2})", "line 1, column 4: unhashable type: 'dict'"},
    {"A(a=1, 2)", "line 1, column 8: positional argument follows keyword argument"},
    {"A(bias=1, bias=2)", "line 1, column 11: keyword argument repeated: bias"},
    {"A(a==1)", "line 1, column 4: expected ',' or ')', found '='"},
    {"A(1=2)", "line 1, column 4: expected ',' or ')', found '='"},
    {"A(*a)", "line 1, column 3: expected a value, found '*'"},
    {"A(1) B()", "line 1, column 6: expected the end of the text, found 'B'"},
    {"A()()", "line 1, column 4: expected the end of the text, found '('"},
    {"A(lambda x: x)", "line 1, column 10: expected ',' or ')', found 'x'"},
    {"A(1 + 2)", "line 1, column 5: expected ',' or ')', found '+'"},
    {"A(--1)", "line 1, column 4: expected a number, found '-'"},
    {"A(-True)", "line 1, column 4: expected a number, found 'True'"},
    {"A(-a)", "line 1, column 4: expected a number, found 'a'"},
    {"A(1__0)", "line 1, column 3: invalid decimal literal"},
    {"A(1_)", "line 1, column 3: invalid decimal literal"},
    {"A(3x)", "line 1, column 3: invalid decimal literal"},
    {"A(1e)", "line 1, column 3: invalid decimal literal"},
    {"A(1.5.2)", "line 1, column 6: expected ',' or ')', found '.'"},
    {"A(1j)", "line 1, column 3: invalid decimal literal"},
    {"A(0x)", "line 1, column 3: invalid hexadecimal literal"},
    {"A(0xfg)", "line 1, column 3: invalid hexadecimal literal"},
    {"A(0o8)", "line 1, column 3: invalid octal literal"},
    {"A(0b12)", "line 1, column 3: invalid binary literal"},
    {"A(-012)", "line 1, column 4: leading zeros in decimal integer literals are not permitted; use an 0o prefix for "
                "octal integers"},
    {"A('a)", "line 1, column 3: unterminated string literal"},
    {"A('a\n')", "line 1, column 3: unterminated string literal"},
    {"A('a\\')", "line 1, column 3: unterminated string literal"},
    {"A('\\", "line 1, column 3: unterminated string literal"},
    {"A('a' \"", "line 1, column 7: unterminated string literal"},
    {"A('''a''')", "line 1, column 3: strings in three quotes cannot be read"},
    {"A('\\x4')", "line 1, column 4: truncated \\xXX escape"},
    {"A('\\u12')", "line 1, column 4: truncated \\uXXXX escape"},
    {"A('\\U00110000')", "line 1, column 4: illegal Unicode character"},
    {"A('\\N{BULLET}')", "line 1, column 4: characters by their name, \\N{...}, cannot be read"},
    {"A(b'a')", "line 1, column 4: expected ',' or ')', found \"'\""},
    {"A(\001)", "line 1, column 3: expected a value, found '\\x01'"},
    {"A('\303\251', \303\251 \342\202\254)", "line 1, column 10: expected ',' or ')', found '\342\202\254'"},
    {"A(\n'\377')", "line 2, column 2: byte 0xff is not UTF-8"},
    {"A('\300\200')", "line 1, column 4: byte 0xc0 is not UTF-8"},
};

START_TEST(reads_call)
{
    assert_text(module_text_call, good_calls[_i].text, good_calls[_i].expected);
}
END_TEST

START_TEST(reads_value)
{
    char text[200], expected[200];
    snprintf(text, sizeof text, "A(%s, b=%s)", good_values[_i].text, good_values[_i].text);
    snprintf(expected, sizeof expected, ".A(%s) {'b': %s}", good_values[_i].expected, good_values[_i].expected);
    assert_text(module_text_call, text, expected);
}
END_TEST

START_TEST(refuses_call)
{
    assert_bad_text(module_text_call, bad_calls[_i].text, bad_calls[_i].expected);
}
END_TEST

START_TEST(keeps_names_apart)
{
    record_pool *pool;
    const char *text = "torch.nn.Linear(same, dtype=torch.float64)";
    ck_assert_int_eq(module_text_pool_new(&pool, text), CT_OK);
    const record *r = module_text_call(pool, text);
    ck_assert_int_eq(r->kind, RECORD_OBJECT);
    ck_assert(record_is_global(r->object->callable, "torch.nn", "Linear"));
    ck_assert(record_is_global(r->object->args->list.items[0], "", "same"));
    ck_assert(record_is_global(get(r->object->kwargs, "dtype"), "torch", "float64"));
    ck_assert_ptr_null(r->object->dict);
    record_pool_free(pool);
}
END_TEST

/* ---- trees ---- */

static const text_case good_trees[] = {
    {"ReLU()", ".ReLU()"},
    {"\n  LSTM(3, 4, num_layers=2)  \n\n", ".LSTM(3, 4) {'num_layers': 2}"},
    {"Conv2d(3, 4, kernel_size=(3, 3), padding=same)", ".Conv2d(3, 4) {'kernel_size': (3, 3), 'padding': .same}"},
    {"Upsample(size=5, mode=nearest-exact)", ".Upsample() {'size': 5, 'mode': .nearest-exact}"},
    {"A(b=c-)", ".A('b=c-')"},
    {"Unflatten(dim=1, unflattened_size=torch.Size([2, 5]))",
     ".Unflatten() {'dim': 1, 'unflattened_size': torch.Size([2, 5])}"},

    /* a tree, and what its modules say of themselves */
    {"Net(\n  (conv): Conv2d(3, 32)\n  (a b): Sequential(\n    (0): ReLU(inplace=True)\n  )\n  (c:d): Lambda()\n)",
     ".Net() {'conv': .Conv2d(3, 32), 'a b': .Sequential() {'0': .ReLU() {'inplace': True}}, 'c:d': .Lambda()}"},
    {"Net(\r\n  (a): ReLU()\r\n)\r\n", ".Net() {'a': .ReLU()}"},
    {"   Net(\n     (a): ReLU()\n\n   )", ".Net() {'a': .ReLU()}"},
    {"Net(\n\t(a): B(\n\t\t(c): D()\n\t)\n)", ".Net() {'a': .B() {'c': .D()}}"},
    {"M(\n  a=1\n  b=2\n)", ".M('a=1\\nb=2')"},
    {"M(\n  a=1,\n  b=2\n  (x): ReLU()\n)", ".M() {'a': 1, 'b': 2} {'x': .ReLU()}"},
    {"T(hello world, a=1)", ".T('hello world, a=1')"},
    {"T(\n  hello world, a=1\n    further in\n\n  )\n  (x): ReLU()\n)",
     ".T('hello world, a=1\\n  further in\\n\\n)') {'x': .ReLU()}"},
    {"T(<function f at 0x7f>, (a): b)", ".T('<function f at 0x7f>, (a): b')"},
    {"RecursiveScriptModule(\n  original_name=Sequential\n  (0): RecursiveScriptModule(original_name=Linear)\n)",
     ".RecursiveScriptModule() {'original_name': .Sequential} {'0': .RecursiveScriptModule() {'original_name': "
     ".Linear}}"},

    /* names that are hard to tell */
    {"M(\n  (x)y): ReLU()\n  ((z)): ReLU()\n  (0-2): ReLU()\n  (3 x A): ReLU()\n)",
     ".M() {'x)y': .ReLU(), '(z)': .ReLU(), '0-2': .ReLU(), '3 x A': .ReLU()}"},
    {"M(\n  (a): b): ReLU()\n)", ".M() {'a): b': .ReLU()}"},
    {"M(\n  (\303\251): \303\211()\n)", ".M() {'\303\251': .\303\211()}"},
    {"M(\n  (x): None\n)", ".M() {'x': None}"},

    /* repetition */
    {"ModuleList(\n  (0-2): 3 x Linear(in_features=4)\n  (3): ReLU()\n)",
     ".ModuleList() {'0': .Linear() {'in_features': 4}, '1': .Linear() {'in_features': 4}, '2': .Linear() "
     "{'in_features': 4}, '3': .ReLU()}"},
    {"ModuleList(\n  (0-1): 2 x ModuleList(\n    (0-1): 2 x A()\n  )\n  (2-3): 2 x None\n)",
     ".ModuleList() {'0': .ModuleList() {'0': .A(), '1': .A()}, '1': .ModuleList() {'0': .A(), '1': .A()}, '2': None, "
     "'3': None}"},

    /* parameters */
    {"ParameterList(\n    (0): Parameter containing: [torch.float32 of size 2x3]\n"
     "    (1): Parameter containing: [torch.float32 of size ]\n    (2): Object of type: NoneType\n)",
     ".ParameterList() {'0': torch.nn.Parameter('torch.float32', (2, 3)), '1': torch.nn.Parameter('torch.float32', "
     "()), "
     "'2': .NoneType}"},
    {"M(\n  (p): ParameterList(  (0): Parameter containing: [torch.float32 of size 0])\n"
     "  (d): ParameterDict(  (c): Object of type: int)\n)",
     ".M() {'p': .ParameterList() {'0': torch.nn.Parameter('torch.float32', (0,))}, 'd': .ParameterDict() {'c': "
     ".int}}"},
    {"ParameterDict(  (w): Parameter containing: [torch.FloatTensor of size 2x3] )",
     ".ParameterDict() {'w': torch.nn.Parameter('torch.FloatTensor', (2, 3))}"},
    {"ParameterDict(\n    (g): Object of type: Linear\n    (w): Tensor containing: [torch.LongTensor of size 2]\n"
     "  (g): Linear(1, 1)\n)",
     ".ParameterDict() {'g': .Linear, 'w': torch.Tensor('torch.LongTensor', (2,)), 'g': .Linear(1, 1)}"},
    {"P(  (0): Parameter containing: [torch.float32 of size 2x3 (cuda:1)])",
     ".P() {'0': torch.nn.Parameter('torch.float32', (2, 3)) {'device': 'cuda:1'}}"},
    {"P(  (0): Parameter containing: [torch.cuda.FloatTensor of size  (GPU 0)])",
     ".P() {'0': torch.nn.Parameter('torch.cuda.FloatTensor', ()) {'device': 'cuda:0'}}"},
};

static const text_case bad_trees[] = {
    {"", "line 1, column 1: expected 'Module(...)', found the end of the text"},
    {" \n\n ", "line 3, column 2: expected 'Module(...)', found the end of the text"},
    {"None", "line 1, column 1: expected 'Module(...)', found 'None'"},
    {"Net", "line 1, column 1: expected 'Module(...)', found 'Net'"},
    {"(a): ReLU()", "line 1, column 1: expected 'Module(...)', found '('"},
    {"Net(", "line 1, column 4: '(' was never closed"},
    {"Net(\n  (a): ReLU()\n", "line 1, column 4: '(' was never closed"},
    {"Net(\n  (a): B(\n    (c): D()\n  )\n", "line 1, column 4: '(' was never closed"},
    {"Net(\n  (a): B(\n    (c): D()\n)\n", "line 4, column 1: expected the ')' that closes line 2, found ')'"},
    {"Net(\n  (a): ReLU()\n(b): ReLU()\n)", "line 3, column 1: expected the ')' that closes line 1, found '('"},
    {"Net(3", "line 1, column 6: expected ')', found the end of the text"},
    {"Net(\n  (a): ReLU(\303\251\n)", "line 2, column 14: expected ')', found the end of the line"},
    {"Net(\n  (a): ReLU()\n  what?\n)", "line 3, column 3: expected '(name): Module(...)', found 'what'"},
    {"Net(\n  (a): ReLU()\n  (): ReLU()\n)", "line 3, column 3: expected '(name): Module(...)', found '('"},
    {"Net(\n  (a): ReLU()\n  (b) ReLU()\n)", "line 3, column 3: expected '(name): Module(...)', found '('"},
    {"Net()\n)", "line 2, column 1: expected the end of the text, found ')'"},
    {"Net()\n\ndef f", "line 3, column 1: expected the end of the text, found 'def'"},
    {"M(\n  (0-2): 2 x A()\n)", "line 2, column 4: 0-2 are not 2 positions"},
    {"M(\n  (2-0): 3 x A()\n)", "line 2, column 4: 2-0 are not 3 positions"},
    {"M(\n  (a): 3 x A()\n)", "line 2, column 4: expected positions such as (0-2) of 3 modules"},
    {"M(\n  (0-2-): 3 x A()\n)", "line 2, column 4: expected positions such as (0-2) of 3 modules"},
    {"M(\n  (0-99999999): 100000000 x A()\n)", "line 2, column 4: more than 262144 modules"},
    {"M(\n  (0-999999999999999999): 999999999999999999 x A()\n)", "line 2, column 4: more than 262144 modules"},
    {"M(\n  (0-999): 1000 x M(\n    (0-999): 1000 x A()\n  )\n)", "line 2, column 4: more than 262144 modules"},
    {"P(\n  (0): Parameter containing: [torch.float32]\n)", "line 2, column 31: expected 'type of size 2x3]'"},
    {"P(\n  (0): Parameter containing: [\n)", "line 2, column 31: expected 'type of size 2x3]'"},
    {"P(\n  (0): Tensor containing: [a of size 2x3\n)", "line 2, column 28: expected 'type of size 2x3]'"},
    {"P(\n  (0): Tensor containing: [a of size 2x]\n)", "line 2, column 38: expected sizes such as 2x3, found '2x'"},
    {"P(\n  (0): Tensor containing: [a of size 2 (cuda:0]\n)", "line 2, column 40: expected a device such as (cuda:0)"},
    {"P(\n  (0): Tensor containing: [a of size 2 ()]\n)", "line 2, column 40: expected a device such as (cuda:0)"},
    {"N(\n  a\377\n)", "line 2, column 4: byte 0xff is not UTF-8"},
};

START_TEST(reads_tree)
{
    assert_text(module_text_tree, good_trees[_i].text, good_trees[_i].expected);
}
END_TEST

START_TEST(refuses_tree)
{
    assert_bad_text(module_text_tree, bad_trees[_i].text, bad_trees[_i].expected);
}
END_TEST

START_TEST(repeats_one_record)
{
    record_pool *pool;
    const char *text = "Net(\n  (l): ModuleList(\n    (7-9): 3 x Linear(4, bias=True)\n  )\n)";
    ck_assert_int_eq(module_text_pool_new(&pool, text), CT_OK);
    const record *list = get(module_text_tree(pool, text)->object->dict, "l");
    const record *first = get(list->object->dict, "7");
    ck_assert_uint_eq(list->object->dict->dict.count, 3);
    ck_assert_ptr_eq(get(list->object->dict, "8"), first);
    ck_assert_ptr_eq(get(list->object->dict, "9"), first);
    ck_assert_ptr_null(first->object->dict);
    ck_assert_int_eq(get(first->object->kwargs, "bias")->boolean, true);
    record_pool_free(pool);
}
END_TEST

/* ---- hostile texts ---- */

static char *repeated(const char *open, const char *middle, const char *close, size_t n)
{
    char *text = calloc(1, n * (strlen(open) + strlen(close)) + strlen(middle) + 1), *end = text;
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < n; i++)
        end = stpcpy(end, open);
    end = stpcpy(end, middle);
    for (size_t i = 0; i < n; i++)
        end = stpcpy(end, close);
    return text;
}

/* That a call is read, or not, with what repeated() makes. */
static void try_nested(const char *open, const char *middle, const char *close, size_t n, const char *fault)
{
    record_pool *pool;
    char *text = repeated(open, middle, close, n);
    ck_assert_int_eq(module_text_pool_new(&pool, text), CT_OK);
    record *r = module_text_call(pool, text);
    if (fault)
        assert_failure(r ? CT_OK : ct_error_code(), CT_ERROR_FORMAT, fault);
    else {
        ck_assert_msg(r != NULL, "%s", ct_error_message());
        ck_assert_int_eq(record_check_depth(r, "text"), CT_OK);
    }
    record_pool_free(pool);
    free(text);
}

START_TEST(bounds_the_depth)
{
    try_nested("f(a=", "1", ")", 200, NULL);
    try_nested("f(", "", ")", 200, NULL);
    try_nested("f(", "", ")", 201, "column 402: too many nested parentheses");
    try_nested("f([{1:(", "1", ",)}])", 50, NULL);
    try_nested("f([{1:(", "", ",)}])", 1000000, "too many nested parentheses");
}
END_TEST

/* `depth` modules within each other, as Python prints them. */
static char *printed(size_t depth)
{
    char *text = calloc(depth + 1, 2 * (2 * depth + 20)), *end = text;
    ck_assert_ptr_nonnull(text);
    end += sprintf(end, "M(");
    for (size_t i = 1; i < depth; i++)
        end += sprintf(end, "\n%*s(m): M(", (int)(2 * i), "");
    for (size_t i = depth; i-- > 0;)
        end += sprintf(end, "\n%*s)", (int)(2 * i), "");
    return text;
}

START_TEST(bounds_the_modules)
{
    for (size_t depth = 200; depth <= 201; depth++) {
        record_pool *pool;
        char *text = printed(depth);
        ck_assert_int_eq(module_text_pool_new(&pool, text), CT_OK);
        record *r = module_text_tree(pool, text);
        if (depth == 200)
            ck_assert_int_eq(record_check_depth(r, "text"), CT_OK);
        else
            assert_failure(r ? CT_OK : ct_error_code(), CT_ERROR_FORMAT, "more than 200 modules within each other");
        record_pool_free(pool);
        free(text);
    }
    record_pool *pool;
    const char *most = "M(\n  (0-262141): 262142 x A()\n  (x): B()\n)";
    ck_assert_int_eq(module_text_pool_new(&pool, most), CT_OK);
    const record *r = module_text_tree(pool, most);
    ck_assert_msg(r != NULL, "%s", ct_error_message());
    ck_assert_uint_eq(r->object->dict->dict.count, 262143);
    record_pool_free(pool);
}
END_TEST

/* The densest texts, of a length where the pool's first kilobytes no longer count. */
START_TEST(has_the_memory)
{
    static const char *const dense[] = {"f(",  "[",   "a(),",   "a.b,",    "(),", "1,",  "1.,",        "[1],",
                                        "'',", "{},", "{1:1},", "f(a=1),", "a,",  "-1,", "{a():a()},", "f(a,),"};
    for (size_t i = 0; i < COUNT(dense); i++) {
        bool nests = i < 2;
        char *item = nests ? repeated(dense[i], "", i ? "]" : ")", 190) : repeated(dense[i], "", "", 1);
        char *comma = nests ? repeated(item, ",", "", 1) : repeated(item, "", "", 1),
             *items = repeated(comma, "", "", 1000);
        char *call = repeated("f(", items, ")", 1);
        record_pool *pool;
        ck_assert_int_eq(module_text_pool_new(&pool, call), CT_OK);
        ck_assert_msg(module_text_call(pool, call) != NULL, "%s: %s", dense[i], ct_error_message());
        record_pool_free(pool);
        free(call), free(items), free(comma), free(item);
    }
}
END_TEST

START_TEST(bounds_the_keywords)
{
    char *text = calloc(1, 20000), *end = text;
    ck_assert_ptr_nonnull(text);
    end += sprintf(end, "f(");
    for (int i = 0; i <= 1000; i++)
        end += sprintf(end, "a%d=1,", i);
    strcpy(end, ")");
    record_pool *pool;
    ck_assert_int_eq(module_text_pool_new(&pool, text), CT_OK);
    record *r = module_text_call(pool, text);
    assert_failure(r ? CT_OK : ct_error_code(), CT_ERROR_FORMAT, "more than 1000 keyword arguments");
    record_pool_free(pool);
    free(text);
}
END_TEST

static void add_module_texts(Suite *suite)
{
    TCase *calls = add_case(suite, "module text: calls");
    tcase_add_loop_test(calls, reads_call, 0, COUNT(good_calls));
    tcase_add_loop_test(calls, reads_value, 0, COUNT(good_values));
    tcase_add_loop_test(calls, refuses_call, 0, COUNT(bad_calls));
    tcase_add_test(calls, keeps_names_apart);

    TCase *trees = add_case(suite, "module text: trees");
    tcase_add_loop_test(trees, reads_tree, 0, COUNT(good_trees));
    tcase_add_loop_test(trees, refuses_tree, 0, COUNT(bad_trees));
    tcase_add_test(trees, repeats_one_record);

    TCase *bounds = add_case(suite, "module text: bounds");
    tcase_add_test(bounds, bounds_the_depth);
    tcase_add_test(bounds, bounds_the_modules);
    tcase_add_test(bounds, has_the_memory);
    tcase_add_test(bounds, bounds_the_keywords);
}

#endif
