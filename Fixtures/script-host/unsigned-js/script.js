var name = 'world';
WScript.Echo('Hello, ' + name);
